# language: fr
@EXI-FI-24 @role:fournisseur-identite @mode:- @majeure @besoin:entite-fournisseur @besoin:piece
Fonctionnalité: Niveau d'authentification

  EXI FI 24. La description des facteurs d'authentification est jointe : lesquels résistent à l'hameçonnage, et pourquoi la personne ne peut affaiblir le sien.

  Scénario: EXI-FI-24-D, la description des facteurs d'authentification est jointe
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
