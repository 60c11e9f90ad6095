# language: fr
@TOK-07 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un jeton qui n'est pas encore valable est refusé

  Un jeton dont le début de validité et l'émission sont dans l'avenir, au-delà de toute dérive, n'ouvre rien.

  Scénario: TOK-07-N, un jeton valable dans dix minutes est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-nbf-future"
    Alors la connexion est refusée
    Et le témoin passe
