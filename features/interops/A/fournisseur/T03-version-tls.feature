# language: fr
@T03 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure
Fonctionnalité: TLS 1.2 au moins, avec des suites sûres

  Les versions antérieures à TLS 1.2 et les suites sans chiffrement, RC4, 3DES ou d'exportation sont refusées ;
  TLS 1.2 et 1.3 sont acceptés.

  Plan du Scénario: <cas>, une liaison en <version> est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "<variante>"
    Alors le candidat accepte le VI

    Exemples:
      | cas         | version | variante |
      | T03-P~tls12 | TLS 1.2 | tls12    |
      | T03-P~tls13 | TLS 1.3 | tls13    |

  Plan du Scénario: <cas>, une liaison qui n'offre que <offre> est refusée
    # SSL 3 et les suites faibles sont offerts par un ClientHello fait à la main : un ServerHello vaut acceptation.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client ouvre la liaison avec la faute "<faute>"
    Alors la liaison est refusée
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas         | offre                                                   | faute             |
      | T03-N1      | TLS 1.0                                                 | tls-version-tls10 |
      | T03-N1~ssl3 | SSL 3                                                   | tls-version-ssl3  |
      | T03-N2      | TLS 1.1                                                 | tls-version-tls11 |
      | T03-N3      | des suites sans chiffrement, RC4, 3DES ou d'exportation | tls-suite-weak    |
