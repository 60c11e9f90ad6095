# language: fr
@IMAP-21 @role:mss-imap @mode:- @bloquante
Fonctionnalité: Une réponse de la longueur d'un jeton de PSC tient en une ligne

  Une réponse d'environ 1,7 ko en base64, celle d'un jeton réel, est acceptée sur la ligne de commande.

  Scénario: IMAP-21-P, une réponse de la longueur d'un jeton réel est acceptée en une ligne
    Quand un client présente une réponse XOAUTH2 de la forme "longueur-reelle"
    Alors la connexion est acceptée
    Et le témoin passe
