# language: fr
@FI-08 @role:fournisseur-identite @mode:- @bloquante @besoin:second-client-identite
Fonctionnalité: Le code d'un client ne sert pas à un autre

  Un code donné à Pro Santé Connect, présenté par un autre client enregistré, ne donne aucun jeton.

  Scénario: FI-08-N, le code d'un autre client ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "autre-client"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
