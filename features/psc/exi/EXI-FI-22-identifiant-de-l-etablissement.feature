# language: fr
@EXI-FI-22 @role:fournisseur-identite @mode:- @majeure @besoin:entite-fournisseur @besoin:piece
Fonctionnalité: Identifiant immuable de l'établissement

  EXI FI 22. La règle d'attribution des identifiants d'établissements est jointe : immuables et distincts.

  Scénario: EXI-FI-22-D, la règle d'attribution des identifiants d'établissements est jointe
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
