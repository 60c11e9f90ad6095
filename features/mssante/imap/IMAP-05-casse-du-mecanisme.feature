# language: fr
@IMAP-05 @role:mss-imap @mode:- @mineure
Fonctionnalité: La casse du nom du mécanisme ne compte pas

  AUTHENTICATE xoauth2, en minuscules, est accepté.

  Scénario: IMAP-05-P, le mécanisme s'écrit aussi en minuscules
    Quand un client présente une réponse XOAUTH2 de la forme "minuscules"
    Alors la connexion est acceptée
    Et le témoin passe
