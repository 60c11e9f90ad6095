# language: fr
@EXI-FI-32 @role:fournisseur-identite @mode:- @majeure @besoin:piece
Fonctionnalité: Comptes à privilèges

  EXI FI 32. La gestion des comptes à privilèges est mise en regard du guide d'administration sécurisée de l'ANSSI.

  Scénario: EXI-FI-32-D, la gestion des comptes à privilèges est décrite
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
