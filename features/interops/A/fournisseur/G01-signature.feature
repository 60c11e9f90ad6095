# language: fr
@G01 @role:fournisseur @role:operateur-service @bloquante
Fonctionnalité: Le VI est signé par son émetteur

  Sans signature, ou si quoi que ce soit a changé depuis qu'elle a été faite, le VI est refusé.

  @mode:A @mode:P @mode:R @mode:S
  Scénario: G01-P, un VI bien signé est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @mode:A @mode:P @mode:R @mode:S
  Plan du Scénario: <cas>, un VI <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                                     | faute                      |
      | G01-N1 | sans signature                             | vi-signature-stripped      |
      | G01-N2 | dont la valeur de signature est altérée    | vi-signature-value-altered |
      | G01-N3 | dont l'émetteur est changé après signature | vi-issuer-altered          |
      | G01-N5 | dont la fin est repoussée après signature  | vi-notonorafter-extended   |

    @besoin:pagm-convenus
    Exemples:
      | cas    | defaut                                  | faute           |
      | G01-N4 | dont le PAGM est changé après signature | vi-pagm-altered |

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
      | cas           | defaut                      | faute                 |
      | G01-N1~saml11 | signature absente           | vi-signature-stripped |
      | G01-N4~saml11 | PAGM changé après signature | vi-pagm-altered       |

  @mode:R @besoin:jeton-jwt
  Plan du Scénario: <cas>, un jeton JWT <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas              | defaut                                                | faute                   |
      | G01-N1~jwt       | sans signature                                        | jwt-signature-stripped  |
      | G01-N2~jwt       | dont la signature est altérée                         | jwt-signature-altered   |
      | G01-N2~autre-cle | signé par une autre clé que celle du certificat joint | jwt-signed-by-other-key |
      | G01-N3~jwt       | dont l'émetteur est changé après signature            | jwt-issuer-altered      |
      | G01-N4~jwt       | dont le PAGM est changé après signature               | jwt-pagm-altered        |
      | G01-N5~jwt       | dont la fin est repoussée après signature             | jwt-exp-extended        |
