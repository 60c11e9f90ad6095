# language: fr
@IMAP-04 @role:mss-imap @mode:- @mineure
Fonctionnalité: Un jeton valable ouvre la boîte en deux temps

  AUTHENTICATE XOAUTH2 sans réponse initiale reçoit un défi vide, puis la réponse est acceptée.

  Scénario: IMAP-04-P, un jeton valable ouvre la boîte en deux temps
    Quand un client présente une réponse XOAUTH2 de la forme "deux-temps"
    Alors la connexion est acceptée
    Et le défi qui la précède est vide
    Et le témoin passe
