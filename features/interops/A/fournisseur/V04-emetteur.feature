# language: fr
@V04 @role:fournisseur @role:operateur-service @bloquante
Fonctionnalité: L'émetteur est un organisme partie à la convention

  La valeur d'Issuer est celle qu'une convention attribue à un organisme client, et cette convention ouvre le
  service appelé.

  @mode:A @mode:P @mode:R @mode:S
  Scénario: V04-P, l'émetteur listé est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @mode:A @mode:P @mode:R @mode:S
  Plan du Scénario: <cas>, un VI dont l'émetteur est <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                   | faute             |
      | V04-N1 | vide                     | vi-issuer-empty   |
      | V04-N2 | inconnu de la convention | vi-issuer-unknown |

    @besoin:organisme-sans-projet
    Exemples:
      # L'organisme est connu, signe et ouvre la liaison en son nom, mais aucun projet ne lui ouvre le service.
      | cas    | defaut                                  | faute                     |
      | V04-N3 | connu, mais sans projet pour ce service | vi-issuer-without-project |

    @besoin:urn-stricte
    Exemples:
      | cas    | defaut                                 | faute             |
      | V04-N4 | une URN hors de la grammaire du profil | vi-issuer-bad-urn |

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
      | cas           | defaut                            | faute             |
      | V04-N2~saml11 | émetteur inconnu de la convention | vi-issuer-unknown |
