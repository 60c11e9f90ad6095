# language: fr
@FI-18 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Un client à secret ne s'en passe pas

  Un code présenté sans preuve de qui est le client ne donne aucun jeton.

  Scénario: FI-18-N, sans secret, un code ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "sans-secret"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
