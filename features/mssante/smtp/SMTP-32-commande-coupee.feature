# language: fr
@SMTP-32 @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un saut de ligne nu ne coupe pas une commande

  Un saut de ligne nu n'est pas une fin de commande.

  Scénario: SMTP-32-N, un destinataire suivi d'un saut de ligne nu est refusé d'un bloc
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel nomme un destinataire suivi d'un saut de ligne nu et d'un champ
    Alors la commande est refusée d'un bloc
    Et le témoin passe
