# language: fr
@IMAP-11 @role:mss-imap @mode:- @majeure
Fonctionnalité: Une réponse qui n'est pas en base64 est refusée

  Le serveur refuse, et ne soumet pas à Pro Santé Connect ce qu'il en lirait malgré tout.

  Scénario: IMAP-11-N, une réponse hors base64 est refusée sans que son jeton soit examiné
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente une réponse XOAUTH2 de la forme "hors-base64"
    Alors la connexion est refusée
    Et Pro Santé Connect n'a pas été interrogé sur ce jeton
    Et le témoin passe
