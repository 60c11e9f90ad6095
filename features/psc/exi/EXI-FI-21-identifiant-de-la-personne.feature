# language: fr
@EXI-FI-21 @role:fournisseur-identite @mode:- @majeure @besoin:entite-fournisseur @besoin:piece
Fonctionnalité: Identifiant immuable de la personne

  EXI FI 21. La règle d'attribution des identifiants de personnes est jointe : jamais réattribués, uniques dans toutes les instances.

  Scénario: EXI-FI-21-D, la règle d'attribution des identifiants de personnes est jointe
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
