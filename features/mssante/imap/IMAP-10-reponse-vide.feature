# language: fr
@IMAP-10 @role:mss-imap @mode:- @mineure
Fonctionnalité: Une réponse initiale vide n'ouvre rien

  AUTHENTICATE XOAUTH2 suivi du signe égal est refusé.

  Scénario: IMAP-10-N, une réponse initiale vide est refusée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente une réponse XOAUTH2 de la forme "vide"
    Alors la connexion est refusée
    Et le témoin passe
