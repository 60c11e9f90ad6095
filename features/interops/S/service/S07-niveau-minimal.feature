# language: fr
@S07 @role:operateur-service @mode:S @bloquante
Fonctionnalité: Le niveau minimal du service est appliqué

  Une classe d'authentification inférieure au minimum du service, ou absente, n'ouvre rien ; un service sans niveau
  n'exige pas de connexion.


  @besoin:niveau-minimal
  Scénario: S07-P, la classe du niveau minimal est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie au service "niveau-minimal" un VI honnête
    Alors le candidat accepte le VI

  @besoin:niveau-minimal
  Plan du Scénario: <cas>, une classe <defaut> est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat pour le service "niveau-minimal"
    Quand l'organisme client envoie au service "niveau-minimal" un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté pour le service "niveau-minimal"

    Exemples:
      | cas    | defaut                           | faute                        |
      | S07-N1 | inférieure au minimum du service | vi-authncontext-below-minimum |
      | S07-N2 | absente                          | vi-authncontext-absent       |

  @besoin:service-sans-niveau
  Scénario: S07-N3, un service sans niveau s'ouvre sans connexion
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand le navigateur demande la page du service "sans-niveau" sans s'être présenté
    Alors le candidat sert la page
