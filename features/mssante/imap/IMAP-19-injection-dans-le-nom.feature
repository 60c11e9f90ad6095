# language: fr
@IMAP-19 @role:mss-imap @mode:- @bloquante
Fonctionnalité: Un caractère de commande dans le nom de la boîte n'injecte rien

  Un NUL ou une fin de ligne dans le champ user valent un refus, et ce qui suit n'est pas exécuté.

  Plan du Scénario: <cas>, un nom de boîte avec <caractère> est refusé et n'injecte rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente une réponse XOAUTH2 de la forme "<forme>"
    Alors la connexion est refusée
    Et rien de ce qui suit n'est exécuté
    Et le témoin passe

    Exemples:
      | cas                    | caractère        | forme        |
      | IMAP-19-N~nul          | un NUL           | nul          |
      | IMAP-19-N~fin-de-ligne | une fin de ligne | fin-de-ligne |
