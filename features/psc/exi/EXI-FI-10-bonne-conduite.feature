# language: fr
@EXI-FI-10 @role:fournisseur-identite @mode:- @majeure @besoin:entite-fournisseur @besoin:piece
Fonctionnalité: Bonne conduite

  EXI FI 10. L'engagement de bonne conduite du fournisseur est joint.

  Scénario: EXI-FI-10-D, l'engagement de bonne conduite est joint
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
