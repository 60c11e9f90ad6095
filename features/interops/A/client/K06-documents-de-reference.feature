# language: fr
@K06 @role:client @mode:A @mode:P @mode:R @observation
Fonctionnalité: Les versions des documents de référence sont inscrites

  La convention nomme, par projet, chaque document de référence de la norme et sa version.
  # Se lit dans la convention que le candidat déclare ; aucun échange n'est nécessaire.

  @role:operateur-identification @role:operateur-authentification @mode:S
  Scénario: K06-P, la convention nomme ses documents de référence
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Alors la convention nomme ses documents de référence

  @role:operateur-identification @role:operateur-authentification @mode:S
  Scénario: K06-N1, aucune version n'est absente ou inconnue
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Alors chaque document de référence a une version connue
