# language: fr
@GOV-02 @role:mss-organisation @mode:- @majeure @besoin:piece
Fonctionnalité: Une boîte sans authentification depuis douze mois est supprimée

  Les boîtes abandonnées sont supprimées.

  Scénario: GOV-02-D, la procédure de suppression et un extrait de journal sont joints
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
