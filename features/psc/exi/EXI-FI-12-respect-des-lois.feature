# language: fr
@EXI-FI-12 @role:fournisseur-identite @mode:- @majeure @besoin:entite-fournisseur @besoin:piece
Fonctionnalité: Respect des lois

  EXI FI 12. L'attestation du délégué à la protection des données et le registre des traitements sont joints.

  Scénario: EXI-FI-12-D, l'attestation du délégué à la protection des données est jointe
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
