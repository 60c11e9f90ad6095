# language: fr
@IMAP-13 @role:mss-imap @mode:- @majeure
Fonctionnalité: Une réponse sans sa fin est refusée

  Sans les deux ^A de la fin, la réponse ne se distingue pas d'une réponse coupée : elle est refusée.

  Scénario: IMAP-13-N, une réponse sans aucun ^A final est refusée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente une réponse XOAUTH2 de la forme "sans-fin"
    Alors la connexion est refusée
    Et le témoin passe
