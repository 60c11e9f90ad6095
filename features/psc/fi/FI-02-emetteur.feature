# language: fr
@FI-02 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le jeton d'identité nomme l'émetteur publié

  L'émetteur du jeton d'identité est, caractère pour caractère, celui du document de découverte ; avec plusieurs
  établissements, la place déclarée y est remplie.

  Scénario: FI-02-N, l'émetteur du jeton d'identité est celui qui est publié
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand une personne se connecte chez le fournisseur d'identité
    Alors le jeton d'identité est de l'émetteur publié
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
