# language: fr
@EXI-FI-01 @role:fournisseur-identite @mode:- @majeure @besoin:piece
Fonctionnalité: Équipes de sécurité

  EXI FI 01. L'organigramme nomme les responsables de la sécurité, chez le fournisseur comme dans l'établissement, et leurs missions signées couvrent tout le cycle de la solution.

  Scénario: EXI-FI-01-D, l'organigramme et les missions signées sont joints
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
