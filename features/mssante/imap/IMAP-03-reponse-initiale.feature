# language: fr
@IMAP-03 @role:mss-imap @mode:- @bloquante
Fonctionnalité: Un jeton valable ouvre la boîte par réponse initiale

  AUTHENTICATE XOAUTH2 suivi de sa réponse sur la même ligne est accepté, et le jeton a été vérifié comme
  l'opérateur le déclare.

  Scénario: IMAP-03-P, un jeton valable ouvre la boîte en une ligne
    Quand un client présente une réponse XOAUTH2 de la forme "initiale"
    Alors la connexion est acceptée
    Et le jeton a été vérifié par le moyen déclaré
    Et le témoin passe
