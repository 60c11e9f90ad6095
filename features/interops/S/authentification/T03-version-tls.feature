# language: fr
@T03 @role:operateur-authentification @mode:S @majeure
Fonctionnalité: TLS 1.2 au moins, avec des suites sûres

  La face de l'opérateur, où viennent navigateurs et services, refuse les versions antérieures à TLS 1.2 et
  les suites faibles.

  Plan du Scénario: <cas>, une liaison en <version> est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_ATTESTATION" au candidat
    Quand une liaison est ouverte avec l'opérateur, variante "<variante>"
    Alors l'opérateur accepte la liaison

    Exemples:
      | cas         | version | variante |
      | T03-P~tls12 | TLS 1.2 | tls12    |
      | T03-P~tls13 | TLS 1.3 | tls13    |

  Plan du Scénario: <cas>, une liaison qui n'offre que <offre> est refusée
    Étant donné un appel honnête parvenu au partenaire
    Quand une liaison est tentée avec l'opérateur avec la faute "<faute>"
    Alors l'opérateur refuse la liaison
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas    | offre                  | faute             |
      | T03-N1 | TLS 1.0                | tls-version-tls10 |
      | T03-N2 | TLS 1.1                | tls-version-tls11 |
      | T03-N3 | des suites 3DES ou RC4 | tls-suite-weak    |
