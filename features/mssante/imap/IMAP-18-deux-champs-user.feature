# language: fr
@IMAP-18 @role:mss-imap @mode:- @bloquante @besoin:boite-d-autrui
Fonctionnalité: Deux champs user n'ouvrent pas la boîte d'autrui

  Quand la réponse nomme deux boîtes dont le jeton n'ouvre qu'une, elle est refusée ou ouvre celle-là ; jamais
  l'autre.

  Plan du Scénario: <cas>, de deux boîtes nommées, celle du jeton <place>, l'autre ne s'ouvre pas
    # La boîte ouverte se reconnaît au message témoin.
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Et une session ouverte du professionnel
    Et un message témoin dans la boîte du professionnel
    Quand un client présente une réponse XOAUTH2 de la forme "<forme>"
    Alors la boîte d'autrui n'est pas ouverte
    Et le témoin passe

    Exemples:
      | cas                | place      | forme                 |
      | IMAP-18-N~premiere | en premier | deux-boites           |
      | IMAP-18-N~seconde  | en second  | deux-boites-inversees |
