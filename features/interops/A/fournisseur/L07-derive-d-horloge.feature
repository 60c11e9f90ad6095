# language: fr
@L07 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @mineure
Fonctionnalité: La tolérance de dérive d'horloge est bornée par ce qui est déclaré

  Une dérive inférieure à la tolérance déclarée est acceptée, une dérive supérieure est refusée, dans les deux
  sens.
  # La tolérance est celle que le candidat déclare ; zéro est admis, et ne donne pas de cas positif. Les essais
  # restent à cinq secondes de la limite et demandent que l'écart des horloges soit mesuré.

  Plan du Scénario: <cas>, une horloge <sens> de moins que la tolérance est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "<variante>"
    Alors le candidat accepte le VI

    @besoin:ecart-horloge @besoin:derive-declaree
    Exemples:
      | cas         | sens      | variante             |
      | L07-P~futur | en avance | derive-toleree-futur |
      | L07-P~passe | en retard | derive-toleree-passe |

  Plan du Scénario: <cas>, une horloge <sens> de plus que la tolérance est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    @besoin:ecart-horloge
    Exemples:
      | cas    | sens      | faute           |
      | L07-N1 | en avance | vi-drift-future |
      | L07-N2 | en retard | vi-drift-past   |
