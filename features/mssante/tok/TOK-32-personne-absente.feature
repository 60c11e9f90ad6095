# language: fr
@TOK-32 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Un jeton qui ne nomme personne est refusé

  Sans IdNat dans le jeton ni dans l'introspection, le sujet technique seul n'ouvre rien.

  Scénario: TOK-32-N, un jeton qui ne nomme personne est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-person-absent"
    Alors la connexion est refusée
    Et le témoin passe
