# language: fr
@FI-35 @role:fournisseur-identite @mode:- @bloquante @besoin:userinfo
Fonctionnalité: userinfo parle du sujet du jeton, et à qui a un jeton

  La réponse de userinfo a le sujet du jeton d'identité ; sans jeton, rien n'est dit.

  Scénario: FI-35-N1, userinfo a le sujet du jeton d'identité
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande au fournisseur d'identité qui est la personne
    Alors la réponse du fournisseur d'identité et le jeton d'identité ont le même sujet
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-35-N2, userinfo ne dit rien sans jeton
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand quelqu'un demande au fournisseur d'identité qui est la personne, sans jeton
    Alors le fournisseur d'identité ne dit rien de personne
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
