# language: fr
@X05 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure @besoin:traces @besoin:chaine-de-traces
Fonctionnalité: Une altération des traces se voit

  La chaîne ou le sceau se vérifie, et une ligne supprimée ou modifiée est signalée.
  # Jugé seulement là où le candidat déclare comment sa chaîne ou son sceau se vérifie.

  Scénario: X05-P, la chaîne des traces se vérifie
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors la chaîne des traces du candidat se vérifie

  Plan du Scénario: <cas>, <alteration> se voit
    # L'altération porte sur notre copie des traces, jamais sur celles du candidat.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand une copie des traces du candidat subit l'altération "<slug>"
    Alors la vérification de la chaîne signale l'altération

    Exemples:
      | cas    | alteration          | slug            |
      | X05-N1 | une ligne supprimée | ligne-supprimee |
      | X05-N2 | une ligne modifiée  | ligne-modifiee  |
