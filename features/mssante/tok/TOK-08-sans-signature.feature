# language: fr
@TOK-08 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Un jeton sans signature est refusé

  Un jeton qui se dit sans signature, par alg none en minuscules ou en capitales, n'ouvre rien.

  Plan du Scénario: <cas>, un jeton sans signature est refusé (<defaut>)
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "<faute>"
    Alors la connexion est refusée
    Et le témoin passe

    Exemples:
      | cas       | defaut        | faute                             |
      | TOK-08-N1 | alg vaut none | psctoken-algorithm-none           |
      | TOK-08-N2 | alg vaut NONE | psctoken-algorithm-none-uppercase |
