# language: fr
@V06 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure
Fonctionnalité: La méthode de confirmation du sujet est celle qui est convenue

  SubjectConfirmation porte la méthode du profil (bearer par défaut) et aucune autre.

  Scénario: V06-P, la méthode convenue est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, une confirmation du sujet <defaut> est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                      | faute                         |
      | V06-N1 | absente                     | vi-confirmation-absent        |
      | V06-N2 | holder-of-key, non convenue | vi-confirmation-holder-of-key |
      | V06-N3 | d'une URI inconnue          | vi-confirmation-unknown       |
