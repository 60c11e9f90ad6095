# language: fr
@V08 @role:fournisseur @role:operateur-service @bloquante
Fonctionnalité: La fenêtre de validité est appliquée, début inclus, fin exclue

  Un VI n'est accepté qu'entre NotBefore et NotOnOrAfter de Conditions, à la dérive déclarée près ; une fenêtre
  absente ou inversée est refusée.

  @mode:A @mode:P @mode:R @mode:S
  Scénario: V08-P, un VI au milieu de sa fenêtre est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @besoin:ecart-horloge @mode:A @mode:P @mode:R @mode:S
  Scénario: V08-P~debut, un VI est accepté à l'instant même de NotBefore
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "notbefore-exact"
    Alors le candidat accepte le VI

  @mode:A @mode:P @mode:R @mode:S
  Plan du Scénario: <cas>, un VI dont la fenêtre est fautive (<defaut>) est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut              | faute                   |
      | V08-N1 | expirée             | vi-window-expired       |
      | V08-N2 | pas encore ouverte  | vi-window-not-yet-valid |
      | V08-N4 | début après la fin  | vi-window-inverted      |
      | V08-N5 | Conditions absentes | vi-conditions-absent    |

    @besoin:ecart-horloge
    Exemples:
      # À cinq secondes de la limite : l'écart entre l'horloge du candidat et la nôtre doit être connu.
      | cas    | defaut                                             | faute               |
      | V08-N3 | finie depuis la dérive déclarée plus cinq secondes | vi-window-just-over |

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
      | cas           | defaut                        | faute                   |
      | V08-N1~saml11 | fenêtre expirée               | vi-window-expired       |
      | V08-N2~saml11 | fenêtre pas encore ouverte    | vi-window-not-yet-valid |
      | V08-N4~saml11 | début de fenêtre après sa fin | vi-window-inverted      |
