# language: fr
@FI-25 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le jeton d'identité dit le moyen par des valeurs convenues

  Pour chaque moyen, amr est une liste qui porte toutes les valeurs convenues de ce moyen.

  Scénario: FI-25-P, amr dit chaque moyen fort
    Quand chaque moyen fort du fournisseur d'identité sert à une connexion
    Alors les jetons d'identité disent le moyen par des valeurs convenues
