# language: fr
@IMAP-01 @role:mss-imap @mode:- @bloquante
Fonctionnalité: XOAUTH2 et la réponse initiale sont annoncés

  Sous TLS, une même liste de capacités porte SASL-IR et AUTH=XOAUTH2.

  Scénario: IMAP-01-P, SASL-IR et XOAUTH2 sont annoncés sous TLS
    Quand un client se connecte et sécurise la liaison
    Alors la liste des capacités porte "SASL-IR" et "AUTH=XOAUTH2"
