# language: fr
@TOK-27 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un niveau d'authentification insuffisant est refusé

  Un jeton qui ne dit pas le niveau eIDAS atteint, ou en dit un inférieur à eidas1, n'ouvre rien.

  Plan du Scénario: <cas>, un jeton de niveau insuffisant est refusé (<defaut>)
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "<faute>"
    Alors la connexion est refusée
    Et le témoin passe

    Exemples:
      | cas       | defaut        | faute               |
      | TOK-27-N1 | sans niveau   | psctoken-acr-absent |
      | TOK-27-N2 | niveau 0      | psctoken-acr-0      |
      | TOK-27-N3 | niveau eidas0 | psctoken-acr-eidas0 |
