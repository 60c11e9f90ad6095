# language: fr
@T03 @role:client @mode:A @mode:P @mode:R @majeure @besoin:liaison-mutuelle
Fonctionnalité: TLS 1.2 au moins, avec des suites sûres

  Les versions antérieures à TLS 1.2 et les suites sans chiffrement, RC4, 3DES ou d'exportation sont refusées ;
  TLS 1.2 et 1.3 sont acceptés.

  Plan du Scénario: <cas>, un partenaire en <version> reçoit l'appel
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand le partenaire se présente honnêtement, variante "<variante>"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme

    Exemples:
      | cas         | version | variante |
      | T03-P~tls12 | TLS 1.2 | tls12    |
      | T03-P~tls13 | TLS 1.3 | tls13    |

  Plan du Scénario: <cas>, un partenaire qui n'offre que <offre> ne reçoit aucun octet de VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire se présente avec la faute "<faute>"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors aucun octet de VI n'est parvenu au partenaire
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas    | offre                  | faute             |
      | T03-N1 | TLS 1.0                | tls-version-tls10 |
      | T03-N2 | TLS 1.1                | tls-version-tls11 |
      | T03-N3 | des suites 3DES ou RC4 | tls-suite-weak    |
