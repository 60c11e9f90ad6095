# language: fr
@V03 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure
Fonctionnalité: La date d'émission est présente, en temps universel et plausible

  IssueInstant existe, porte son fuseau, n'est ni dans l'avenir au-delà de la dérive ni plus ancien que la fenêtre
  maximale.

  Plan du Scénario: <cas>, un VI daté <forme> est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "<variante>"
    Alors le candidat accepte le VI

    Exemples:
      | cas             | forme                         | variante             |
      | V03-P           | de maintenant                 | simple               |
      | V03-P~fractions | avec des fractions de seconde | fractions-de-seconde |
      | V03-P~secondes  | à la seconde entière          | secondes-entieres    |

  Plan du Scénario: <cas>, un VI dont la date d'émission est <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                                | faute                        |
      | V03-N1 | absente                               | vi-issueinstant-absent       |
      | V03-N2 | dans l'avenir au-delà de la dérive    | vi-issueinstant-future       |
      | V03-N3 | sans fuseau                           | vi-issueinstant-without-zone |
      | V03-N4 | plus ancienne que la fenêtre maximale | vi-issueinstant-too-old      |
