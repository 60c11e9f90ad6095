# language: fr
@FI-10 @role:fournisseur-identite @mode:- @mineure
Fonctionnalité: Sans le scope openid, aucun jeton d'identité n'est donné

  Une demande qui ne comprend pas openid est refusée, ou ne donne qu'un jeton d'accès.

  Scénario: FI-10-N, une demande sans openid ne donne pas de jeton d'identité
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "sans-openid"
    Alors le fournisseur d'identité ne rend pas de jeton d'identité
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
