# language: fr
@EXI-FI-26 @role:fournisseur-identite @mode:- @majeure @besoin:entite-etablissement
Fonctionnalité: Qualité des données d'identité

  EXI FI 26. Le contrôle des données d'identité avant fédération est décrit : nom et prénom conformes, adresse électronique sur un domaine de l'établissement.
  Que l'adresse soit d'un de ces domaines se voit aussi dans ce que le fournisseur d'identité dit d'une personne.

  @besoin:domaines-de-messagerie
  Scénario: EXI-FI-26-P, l'adresse est d'un domaine de l'établissement
    Quand Pro Santé Connect demande au fournisseur d'identité qui est la personne
    Alors l'adresse de messagerie donnée par le fournisseur d'identité est d'un domaine de l'établissement

  @besoin:piece
  Scénario: EXI-FI-26-D, le contrôle des données d'identité est décrit
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
