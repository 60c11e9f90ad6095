# language: fr
@K06 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @observation
Fonctionnalité: Les versions des documents de référence sont inscrites

  La convention nomme, par projet, chaque document de référence de la norme et sa version.
  # Se lit dans la convention que le candidat déclare ; aucun échange n'est nécessaire.

  Scénario: K06-P, la convention nomme ses documents de référence
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Alors la convention nomme ses documents de référence

  Scénario: K06-N1, aucune version n'est absente ou inconnue
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Alors chaque document de référence a une version connue
