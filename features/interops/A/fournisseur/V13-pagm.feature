# language: fr
@V13 @role:fournisseur @bloquante
Fonctionnalité: Au moins un PAGM, tous convenus pour ce projet

  L'attribut PAGM existe, porte au moins une valeur non vide, et chaque valeur est un profil convenu pour le
  projet de l'appel.

  @mode:A @mode:P
  Scénario: V13-P, un PAGM convenu est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @mode:A @mode:P
  Plan du Scénario: <cas>, un VI dont le PAGM est fautif (<defaut>) est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                            | faute                       |
      | V13-N1 | attribut absent                   | vi-pagm-absent              |
      | V13-N2 | valeurs blanches seulement        | vi-pagm-blank               |
      | V13-N3 | inconnu                           | vi-pagm-unknown             |
      | V13-N5 | attribut nommé pagm en minuscules | vi-pagm-attribute-lowercase |

    @besoin:autre-projet
    Exemples:
      | cas    | defaut                       | faute                 |
      | V13-N4 | convenu pour un autre projet | vi-pagm-other-project |

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
      | cas           | defaut               | faute           |
      | V13-N1~saml11 | attribut PAGM absent | vi-pagm-absent  |
      | V13-N3~saml11 | PAGM inconnu         | vi-pagm-unknown |
