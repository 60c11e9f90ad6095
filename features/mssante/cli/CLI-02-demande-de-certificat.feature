# language: fr
@CLI-02 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-applicative
Fonctionnalité: Le serveur demande un certificat

  La négociation demande un certificat au client.

  Scénario: CLI-02-P, un certificat est demandé dans la négociation
    Quand un client ouvre la liaison TLS
    Alors le serveur demande un certificat
