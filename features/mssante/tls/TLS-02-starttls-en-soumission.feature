# language: fr
@TLS-02 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: La soumission se sécurise par STARTTLS

  Sur le port de soumission, le serveur annonce STARTTLS dans sa réponse à EHLO, l'accorde et mène la
  négociation TLS à son terme.

  Scénario: TLS-02-P, la liaison de soumission commence en clair et se sécurise
    Quand un client se connecte en clair
    Alors STARTTLS est annoncé, et la liaison se sécurise
