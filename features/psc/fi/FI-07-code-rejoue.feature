# language: fr
@FI-07 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Un code ne sert qu'une fois

  Le même code présenté une seconde fois ne donne plus aucun jeton.

  Scénario: FI-07-N, un code déjà échangé ne donne plus rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "deux-fois"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
