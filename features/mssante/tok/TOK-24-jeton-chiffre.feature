# language: fr
@TOK-24 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Un jeton chiffré est refusé proprement

  Un jeton en cinq parties (JWE), que l'opérateur ne sait pas lire, est refusé, et le service continue.

  @seul
  Scénario: TOK-24-N, un jeton chiffré est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-encrypted"
    Alors la connexion est refusée
    Et le service répond toujours
    Et le témoin passe
