# language: fr
@TLS-25 @role:mss-imap @role:mss-smtp @mode:- @mineure @besoin:decouverte
Fonctionnalité: Le domaine publie où se trouvent ses accès

  Pour chaque domaine servi, les enregistrements SRV ou le fichier d'autoconfiguration nomment l'hôte et le port
  éprouvés.

  Scénario: TLS-25-P, ce que le domaine publie mène à l'accès éprouvé
    Quand ce que le domaine publie est lu
    Alors l'hôte et le port éprouvés y sont nommés
