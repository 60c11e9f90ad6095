# language: fr
@TLS-07 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: TLS 1.2 est accepté

  Un client qui n'offre que TLS 1.2, avec des suites à secret persistant et chiffrement authentifié, ouvre la
  liaison dans cette version.

  Scénario: TLS-07-P, un client qui n'offre que TLS 1.2 est servi
    Quand un client se connecte et sécurise la liaison en TLS 1.2
    Alors la liaison est sécurisée
