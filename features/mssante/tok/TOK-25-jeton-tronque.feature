# language: fr
@TOK-25 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Un jeton tronqué est refusé

  Un jeton auquel manque sa signature, séparateur compris, n'ouvre rien.

  Scénario: TOK-25-N, un jeton tronqué est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-truncated"
    Alors la connexion est refusée
    Et le témoin passe
