# language: fr
@FI-53 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: Le service de test est joignable avec le compte prêté

  Une personne de test se connecte au service de test, de bout en bout.

  Scénario: FI-53-P, le compte prêté se connecte
    Quand une personne se connecte chez le fournisseur d'identité
    Alors le fournisseur d'identité rend un code, puis des jetons
