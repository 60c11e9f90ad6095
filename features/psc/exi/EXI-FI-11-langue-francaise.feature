# language: fr
@EXI-FI-11 @role:fournisseur-identite @mode:- @majeure @besoin:entite-fournisseur @besoin:piece
Fonctionnalité: Langue française

  EXI FI 11. Les pages de connexion et d'erreur, la documentation et l'assistance sont en français ; la pièce les montre.

  Scénario: EXI-FI-11-D, les pages et l'assistance en français sont montrées
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
