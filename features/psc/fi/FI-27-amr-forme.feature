# language: fr
@FI-27 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: amr est une liste de valeurs connues

  amr est une liste de textes, tous de la RFC 8176 ou convenus.

  Scénario: FI-27-N, amr est une liste, sans valeur inconnue
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand chaque moyen fort du fournisseur d'identité sert à une connexion
    Alors les jetons d'identité portent amr comme une liste de valeurs connues
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
