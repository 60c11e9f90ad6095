# language: fr
@EXI-FI-04 @role:fournisseur-identite @mode:- @majeure @besoin:entite-etablissement @besoin:piece
Fonctionnalité: Antivirus des postes de travail

  EXI FI 04. La politique d'antivirus et un extrait de sa console, postes à jour, sont joints.

  Scénario: EXI-FI-04-D, la politique d'antivirus et un extrait de console sont joints
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
