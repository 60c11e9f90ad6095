# language: fr
@EXI-FI-26 @role:fournisseur-identite @mode:- @majeure @besoin:entite-etablissement @besoin:piece
Fonctionnalité: Qualité des données d'identité

  EXI FI 26. Le contrôle des données d'identité avant fédération est décrit : nom et prénom conformes, adresse électronique sur un domaine de l'établissement.

  Scénario: EXI-FI-26-D, le contrôle des données d'identité est décrit
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
