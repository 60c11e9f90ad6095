# language: fr
@V10 @role:fournisseur @role:operateur-service @bloquante
Fonctionnalité: L'audience du VI désigne le service visé

  Audience est, octet pour octet, l'URI du service appelé ; quand il y a plusieurs AudienceRestriction, toutes
  doivent être satisfaites.

  @mode:A @mode:P @mode:R @mode:S
  Scénario: V10-P, l'audience exacte est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @mode:A @mode:P @mode:R @mode:S
  Plan du Scénario: <cas>, un VI dont l'audience est fautive (<defaut>) est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas          | defaut                                       | faute                          |
      | V10-N1       | absente                                      | vi-audience-absent             |
      | V10-N2       | celle d'un autre service                     | vi-audience-other-service      |
      | V10-N3       | différente par la casse                      | vi-audience-case               |
      | V10-N3~slash | différente par une barre finale              | vi-audience-trailing-slash     |
      | V10-N4       | une seconde restriction n'est pas satisfaite | vi-audience-second-restriction |

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
      | cas           | defaut                      | faute                     |
      | V10-N1~saml11 | audience absente            | vi-audience-absent        |
      | V10-N2~saml11 | audience d'un autre service | vi-audience-other-service |
