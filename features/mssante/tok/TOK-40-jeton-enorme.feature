# language: fr
@TOK-40 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un jeton énorme est refusé proprement

  Un jeton de soixante mille octets est refusé, ou sa connexion fermée ; le service répond aussitôt à un autre
  client.

  @seul
  Scénario: TOK-40-N, un jeton de soixante mille octets est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-huge"
    Alors la connexion est refusée
    Et le service répond toujours
    Et le témoin passe
