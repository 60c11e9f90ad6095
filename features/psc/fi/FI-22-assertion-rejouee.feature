# language: fr
@FI-22 @role:fournisseur-identite @mode:- @mineure
Fonctionnalité: Une assertion ne sert qu'une fois

  La même assertion, présentée pour un second code, ne donne aucun jeton.

  @besoin:client-a-cle
  Scénario: FI-22-N, une assertion déjà servie ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "assertion-deux-fois"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
