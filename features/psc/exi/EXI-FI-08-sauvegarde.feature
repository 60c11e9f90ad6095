# language: fr
@EXI-FI-08 @role:fournisseur-identite @mode:- @majeure @besoin:piece
Fonctionnalité: Sauvegarde et restauration

  EXI FI 08. La procédure de sauvegarde et de restauration, et le compte rendu de la dernière restauration, sont joints.

  Scénario: EXI-FI-08-D, la procédure de sauvegarde et la dernière restauration sont jointes
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
