# language: fr
@EXI-FI-02 @role:fournisseur-identite @mode:- @majeure @besoin:piece
Fonctionnalité: Sensibilisation à la sécurité

  EXI FI 02. Un plan de sensibilisation, sa partie sur les données personnelles et une feuille de présence sont joints.

  Scénario: EXI-FI-02-D, le plan de sensibilisation et les présences sont joints
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
