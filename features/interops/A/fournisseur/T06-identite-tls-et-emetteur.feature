# language: fr
@T06 @role:fournisseur @mode:A @mode:P @mode:R @bloquante @besoin:tiers @besoin:liaison-mutuelle
Fonctionnalité: L'identité TLS a le droit de parler pour l'émetteur du VI

  Le VI d'un organisme n'est reçu que sur une liaison ouverte par une identité que la convention lui attribue ; un
  en-tête HTTP entrant ne tient pas lieu de certificat.
  # L'organisme B est partie à la convention : sa liaison est bonne, c'est le VI d'un autre qu'elle ne peut porter.
  # Aucune trace de VI n'est demandée ici : B peut être refusé avant que son message soit lu.

  Scénario: T06-P, le VI d'un organisme est reçu sur sa propre liaison
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Scénario: T06-N1, le VI d'un organisme est refusé sur la liaison d'un autre
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client ouvre la liaison avec la faute "tls-identity-of-other-organism"
    Alors la liaison est refusée
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, un en-tête entrant (<entete>) ne tient pas lieu de certificat
    # Liaison de l'organisme B, VI de A, et un en-tête qui désigne A comme s'il venait d'un frontal du candidat.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client ouvre la liaison avec la faute "<faute>"
    Alors la liaison est refusée
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas                            | entete                         | faute                                        |
      | T06-N2                         | tous les noms usuels à la fois | tls-identity-spoofed-header                  |
      | T06-N2~x-ssl-client-s-dn       | X-SSL-Client-S-DN              | tls-identity-spoofed-x-ssl-client-s-dn       |
      | T06-N2~x-ssl-client-dn         | X-SSL-Client-DN                | tls-identity-spoofed-x-ssl-client-dn         |
      | T06-N2~x-ssl-client-cert       | X-SSL-Client-Cert              | tls-identity-spoofed-x-ssl-client-cert       |
      | T06-N2~x-ssl-client-verify     | X-SSL-Client-Verify            | tls-identity-spoofed-x-ssl-client-verify     |
      | T06-N2~ssl-client-s-dn         | SSL_CLIENT_S_DN                | tls-identity-spoofed-ssl-client-s-dn         |
      | T06-N2~x-forwarded-client-cert | X-Forwarded-Client-Cert        | tls-identity-spoofed-x-forwarded-client-cert |
