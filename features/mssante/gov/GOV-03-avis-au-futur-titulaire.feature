# language: fr
@GOV-03 @role:mss-organisation @mode:- @mineure @besoin:piece
Fonctionnalité: Le futur titulaire sait quelles boîtes il a déjà

  Le professionnel apprend quelles boîtes il a déjà.

  Scénario: GOV-03-D, un exemple de l'avis au futur titulaire est joint
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
