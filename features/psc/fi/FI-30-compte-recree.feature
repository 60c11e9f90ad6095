# language: fr
@FI-30 @role:fournisseur-identite @mode:- @majeure @besoin:recreation
Fonctionnalité: Un compte recréé a un nouvel identifiant

  Un compte supprimé, puis créé sous le même identifiant de connexion, n'a pas l'identifiant de l'ancien.

  @seul
  Scénario: FI-30-N, un compte recréé change d'identifiant
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand une personne se connecte chez le fournisseur d'identité, son compte est recréé, puis elle se connecte de nouveau
    Alors les jetons d'identité donnent un autre identifiant de personne
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
