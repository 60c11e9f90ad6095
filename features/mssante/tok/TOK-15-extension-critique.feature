# language: fr
@TOK-15 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Une extension critique inconnue fait refuser le jeton

  Un jeton dont l'en-tête déclare critique ce que l'opérateur ne comprend pas, ou qu'il ne porte pas, n'ouvre
  rien.

  Plan du Scénario: <cas>, un jeton qui déclare une extension critique est refusé (<defaut>)
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "<faute>"
    Alors la connexion est refusée
    Et le témoin passe

    Exemples:
      | cas       | defaut               | faute                 |
      | TOK-15-N1 | absente de l'en-tête | psctoken-crit-absent  |
      | TOK-15-N2 | inconnue de tous     | psctoken-crit-unknown |
