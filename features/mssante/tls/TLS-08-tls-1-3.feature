# language: fr
@TLS-08 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: TLS 1.3 est accepté

  Un client qui n'offre que TLS 1.3 ouvre la liaison. C'est une recommandation : son absence est une remarque.

  Scénario: TLS-08-P, un client qui n'offre que TLS 1.3 est servi
    Quand un client se connecte et sécurise la liaison en TLS 1.3
    Alors la liaison est sécurisée
