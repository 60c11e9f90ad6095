# language: fr
@GOV-04 @role:mss-organisation @mode:- @majeure @besoin:piece
Fonctionnalité: Une boîte inutilisée est dépubliée de l'Annuaire

  Les boîtes inutilisées quittent l'Annuaire.

  Scénario: GOV-04-D, deux relevés de l'Annuaire et le journal des connexions sont joints
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
