# language: fr
@EXI-FI-05 @role:fournisseur-identite @mode:- @majeure @besoin:piece
Fonctionnalité: Guide de bonnes pratiques

  EXI FI 05. Le guide d'installation et d'administration, avec sa version et sa date, est joint ; l'établissement y ajoute l'attestation qu'il le suit.

  Scénario: EXI-FI-05-D, le guide de bonnes pratiques est joint
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
