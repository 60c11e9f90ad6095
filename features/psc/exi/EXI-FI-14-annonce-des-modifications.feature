# language: fr
@EXI-FI-14 @role:fournisseur-identite @mode:- @majeure @besoin:entite-fournisseur @besoin:piece
Fonctionnalité: Annonce des modifications

  EXI FI 14. L'engagement de prévenir l'autorité d'une non-conformité ou d'un changement est joint.

  Scénario: EXI-FI-14-D, l'engagement de prévenir est joint
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
