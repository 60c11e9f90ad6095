# language: fr
@RECO-FI-03 @role:fournisseur-identite @mode:- @mineure @besoin:entite-fournisseur @besoin:piece
Fonctionnalité: Héritage de la session du poste

  RECO FI 03. La démonstration que la session du poste de travail est reprise par le service, et la valeur d'amr qui le dit, sont jointes.

  Scénario: RECO-FI-03-D, la démonstration de l'héritage de session est jointe
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
