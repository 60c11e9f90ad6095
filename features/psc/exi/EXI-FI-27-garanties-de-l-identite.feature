# language: fr
@EXI-FI-27 @role:fournisseur-identite @mode:- @majeure @besoin:entite-etablissement @besoin:piece
Fonctionnalité: Garanties de l'identité

  EXI FI 27. La règle sur les comptes inactifs et la dernière revue des comptes sont jointes.

  Scénario: EXI-FI-27-D, la règle d'inactivité et la revue des comptes sont jointes
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
