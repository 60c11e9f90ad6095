# language: fr
@V09 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure
Fonctionnalité: La fenêtre n'est pas plus longue que convenu

  La durée entre NotBefore et NotOnOrAfter ne dépasse pas time.maxWindow ; une fenêtre égale au maximum est
  admise.

  Scénario: V09-P, une fenêtre égale au maximum est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "fenetre-maximale"
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, une fenêtre de <duree> est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | duree     | faute              |
      | V09-N1 | 24 heures | vi-window-24h      |
      | V09-N2 | 200 ans   | vi-window-200years |
