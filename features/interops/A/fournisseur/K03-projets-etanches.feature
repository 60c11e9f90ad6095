# language: fr
@K03 @role:fournisseur @mode:A @mode:P @bloquante @besoin:autre-projet
Fonctionnalité: Les projets sont étanches

  Le PAGM d'un projet n'ouvre rien dans un autre.

  Scénario: K03-P, le PAGM du projet est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Scénario: K03-N1, le PAGM d'un autre projet est refusé
    # Même essai que V13-N4.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-pagm-other-project"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté
