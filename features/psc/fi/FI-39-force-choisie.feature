# language: fr
@FI-39 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: La personne ne choisit pas sa force

  Des paramètres ajoutés dans le navigateur, qui demandent moins ou disent plus, ne changent pas la force que dit
  le jeton.

  Scénario: FI-39-N1, demander moins ne change pas la force
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand une personne modifie dans son navigateur la demande faite au fournisseur d'identité, variante "plus-faible"
    Alors la force dite par le jeton d'identité est celle du moyen
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-39-N2, dire plus ne change pas la force
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand une personne modifie dans son navigateur la demande faite au fournisseur d'identité, variante "plus-forte"
    Alors la force dite par le jeton d'identité est celle du moyen
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
