# language: fr
@V11 @role:fournisseur @role:operateur-service @bloquante
Fonctionnalité: La classe d'authentification est présente et convenue

  AuthnContextClassRef existe, figure parmi les classes convenues et atteint le niveau minimal du service.

  @mode:A @mode:P @mode:R @mode:S
  Scénario: V11-P, une classe convenue est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @besoin:niveau-minimal @mode:A @mode:P @mode:R @mode:S
  Scénario: V11-P~minimum, la classe du niveau minimal est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie au service "niveau-minimal" un VI honnête
    Alors le candidat accepte le VI

  @mode:A @mode:P @mode:R @mode:S
  Plan du Scénario: <cas>, un VI dont la classe d'authentification est <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut   | faute                   |
      | V11-N1 | absente  | vi-authncontext-absent  |
      | V11-N2 | inconnue | vi-authncontext-unknown |

  @besoin:niveau-minimal @mode:A @mode:P @mode:R @mode:S
  Scénario: V11-N3, une classe inférieure au minimum du service est refusée
    # L'échelle des classes est celle du profil, le minimum celui du service dans la convention.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat pour le service "niveau-minimal"
    Quand l'organisme client envoie au service "niveau-minimal" un VI avec la faute "vi-authncontext-below-minimum"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté pour le service "niveau-minimal"

  @mode:A
  Plan du Scénario: <cas>, un VI SAML 1.1 fautif (<defaut>) est refusé
    # Le service est celui dont le projet admet SAML 1.1 : le VI y est fait dans cette forme.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat pour le service "saml11"
    Quand l'organisme client envoie au service "saml11" un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté pour le service "saml11"

    @besoin:saml11
    Exemples:
      | cas           | defaut                              | faute                   |
      | V11-N2~saml11 | méthode d'authentification inconnue | vi-authncontext-unknown |
