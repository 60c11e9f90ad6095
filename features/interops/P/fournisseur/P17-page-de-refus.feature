# language: fr
@P17 @role:fournisseur @mode:P @mineure
Fonctionnalité: Un refus est lisible et discret

  Le refus d'un VI s'affiche en une page lisible, sans VI ni trace d'exécution.

  Scénario: P17-P, la page de refus se lit
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-audience-other-service"
    Alors la page de refus est lisible
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, la page de refus (<defaut>) est discrète
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors la page de refus ne montre ni VI ni trace d'exécution
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas              | defaut             | faute                      |
      | P17-N1           | audience           | vi-audience-other-service  |
      | P17-N1~signature | signature altérée  | vi-signature-value-altered |
      | P17-N1~illisible | XML mal formé      | vi-xml-malformed           |
