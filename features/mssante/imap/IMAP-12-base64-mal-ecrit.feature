# language: fr
@IMAP-12 @role:mss-imap @mode:- @mineure
Fonctionnalité: Un base64 mal écrit est refusé

  Une espace au milieu de la réponse, ou un remplissage absent ou de trop, valent un refus.

  Plan du Scénario: <cas>, une réponse dont le base64 a <défaut> est refusée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente une réponse XOAUTH2 de la forme "<forme>"
    Alors la connexion est refusée
    Et le témoin passe

    Exemples:
      | cas                   | défaut              | forme       |
      | IMAP-12-N~espace      | une espace          | espace      |
      | IMAP-12-N~remplissage | un remplissage faux | remplissage |
