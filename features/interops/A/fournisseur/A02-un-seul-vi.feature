# language: fr
@A02 @role:fournisseur @mode:A @majeure
Fonctionnalité: Un seul VI et un seul en-tête Security par destinataire

  Deux VI, ou deux en-têtes Security adressés au candidat, rendent le message ambigu : il est refusé.
  # Un en-tête Security adressé à un autre destinataire (actor) est ignoré : il n'entre dans aucun essai.

  Scénario: A02-P, un VI et un en-tête Security sont acceptés
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un message à <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                 | faute             |
      | A02-N1 | deux VI                | soap-two-vi       |
      | A02-N2 | deux en-têtes Security | soap-two-security |
