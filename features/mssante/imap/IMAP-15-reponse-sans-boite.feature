# language: fr
@IMAP-15 @role:mss-imap @mode:- @majeure
Fonctionnalité: Une réponse sans boîte est refusée

  Sans champ user, la réponse est refusée, même si le jeton n'ouvre qu'une boîte.

  Scénario: IMAP-15-N, une réponse sans champ user est refusée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente une réponse XOAUTH2 de la forme "sans-boite"
    Alors la connexion est refusée
    Et le témoin passe
