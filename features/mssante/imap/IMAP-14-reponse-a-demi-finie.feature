# language: fr
@IMAP-14 @role:mss-imap @mode:- @mineure
Fonctionnalité: Une réponse à demi finie est refusée

  Avec un seul ^A à la fin, la réponse est refusée.

  Scénario: IMAP-14-N, une réponse à un seul ^A final est refusée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente une réponse XOAUTH2 de la forme "demi-fin"
    Alors la connexion est refusée
    Et le témoin passe
