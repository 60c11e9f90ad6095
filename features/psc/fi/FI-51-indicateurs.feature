# language: fr
@FI-51 @role:fournisseur-identite @mode:- @mineure @besoin:indicateurs
Fonctionnalité: Les indicateurs se lisent, par qui en a le droit

  L'interface d'indicateurs dit la durée des sessions, les moyens et leur force à qui s'authentifie, et rien aux
  autres.

  Scénario: FI-51-P, les indicateurs disent sessions, moyens et forces
    Quand Pro Santé Connect lit les indicateurs du fournisseur d'identité
    Alors les indicateurs du fournisseur d'identité disent sessions, moyens et forces

  Scénario: FI-51-N, les indicateurs ne se lisent pas sans s'authentifier
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand quelqu'un lit les indicateurs du fournisseur d'identité sans s'authentifier
    Alors le fournisseur d'identité ne donne pas ses indicateurs
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
