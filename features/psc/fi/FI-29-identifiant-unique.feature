# language: fr
@FI-29 @role:fournisseur-identite @mode:- @bloquante @besoin:deux-personnes
Fonctionnalité: Deux personnes n'ont jamais le même identifiant

  D'un établissement à l'autre, homonymes compris, aucun identifiant ne désigne deux personnes.

  Scénario: FI-29-N, aucun identifiant n'est commun à deux personnes
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand chaque personne se connecte chez le fournisseur d'identité
    Alors deux personnes n'ont jamais le même identifiant dans les jetons d'identité
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
