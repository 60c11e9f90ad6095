# language: fr
@V01 @role:fournisseur @role:operateur-service @bloquante
Fonctionnalité: Le VI est une assertion SAML valide, d'une version admise

  XML bien formé, espace de noms et version de SAML exacts, aucun élément étranger au schéma dans l'assertion.

  @mode:A @mode:P @mode:R @mode:S
  Scénario: V01-P, une assertion SAML valide est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @mode:A @mode:P @mode:R @mode:S
  Plan du Scénario: <cas>, un VI dont la forme est fautive (<defaut>) est refusé
    # La trace est rapprochée par X-Request-Id : l'identifiant d'un VI illisible ne peut être exigé.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                     | faute              |
      | V01-N1 | XML mal formé              | vi-xml-malformed   |
      | V01-N2 | espace de noms inconnu     | vi-namespace-wrong |
      | V01-N3 | Version 3.0                | vi-version-unknown |
      | V01-N4 | élément étranger au schéma | vi-element-foreign |

  @mode:R @besoin:jeton-jwt
  Plan du Scénario: <cas>, un jeton JWT <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas        | defaut                                    | faute                   |
      | V01-N1~jwt | dont une valeur n'est pas du type convenu | jwt-claim-of-other-type |
      | V01-N4~jwt | qui exige un en-tête inconnu (crit)       | jwt-critical-unknown    |
