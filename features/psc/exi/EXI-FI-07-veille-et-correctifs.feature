# language: fr
@EXI-FI-07 @role:fournisseur-identite @mode:- @majeure @besoin:piece
Fonctionnalité: Veille et correctifs

  EXI FI 07. Le processus de veille sur les vulnérabilités et celui des correctifs sont joints.

  Scénario: EXI-FI-07-D, les processus de veille et de correctifs sont joints
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
