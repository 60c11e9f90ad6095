# language: fr
@A08 @role:fournisseur @mode:A @mineure
Fonctionnalité: Seuls la version de SOAP et le type de média convenus sont admis

  POST, text/xml et SOAP 1.1, sauf convention contraire ; le reste est refusé.
  # Ces messages peuvent être refusés avant toute lecture : aucune trace de VI n'est demandée.

  Scénario: A08-P, un POST text/xml en SOAP 1.1 est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un message <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                   | faute                   |
      | A08-N1 | envoyé par GET           | http-method-get         |
      | A08-N2 | d'un autre type de média | http-content-type-wrong |

    @besoin:soap11-seul
    Exemples:
      | cas    | defaut                  | faute           |
      | A08-N3 | en SOAP 1.2 non convenu | soap-version-12 |
