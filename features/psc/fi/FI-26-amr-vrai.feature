# language: fr
@FI-26 @role:fournisseur-identite @mode:- @bloquante @besoin:moyen-faible
Fonctionnalité: Un moyen faible ne passe pas pour fort

  La connexion par un moyen faible est refusée, ou son amr ne porte ni mfa, ni aucune valeur d'un facteur qu'elle
  n'a pas demandé.

  Scénario: FI-26-N, l'amr d'un moyen faible n'en dit pas plus
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand chaque moyen faible du fournisseur d'identité sert à une connexion
    Alors les jetons d'identité ne disent pas plus fort que le moyen
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
