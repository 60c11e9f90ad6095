# language: fr
@TOK-44 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Un jeton lié à un certificat est admis sans lui

  La messagerie n'a pas de liaison du jeton au certificat : la présence de cnf n'est pas un motif de refus.

  Scénario: TOK-44-P, un jeton lié à un certificat est accepté sans lui
    Quand un client ouvre la boîte "personnelle" avec un jeton, variante "psctoken-cnf-present"
    Alors la connexion est acceptée
    Et le témoin passe
