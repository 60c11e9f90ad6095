# language: fr
@TLS-01 @role:mss-imap @mode:- @bloquante
Fonctionnalité: L'accès IMAP se sécurise par STARTTLS

  Sur le port d'accès IMAP, le serveur salue en clair, annonce STARTTLS, l'accorde et mène la négociation TLS à
  son terme.

  Scénario: TLS-01-P, la liaison IMAP commence en clair et se sécurise
    Quand un client se connecte en clair
    Alors STARTTLS est annoncé, et la liaison se sécurise
