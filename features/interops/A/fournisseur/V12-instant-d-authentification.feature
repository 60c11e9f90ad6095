# language: fr
@V12 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @mineure
Fonctionnalité: L'instant d'authentification est plausible

  AuthnInstant n'est ni dans l'avenir, ni plus ancien que time.maxAuthnAge, ni postérieur à IssueInstant. Sans
  objet pour un VI purement applicatif.
  # Ne vaut pas pour un VI purement applicatif.

  Scénario: V12-P, une authentification récente est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un instant d'authentification <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                  | faute                       |
      | V12-N1 | dans l'avenir           | vi-authninstant-future      |
      | V12-N2 | trop ancien             | vi-authninstant-too-old     |
      | V12-N3 | postérieur à l'émission | vi-authninstant-after-issue |
