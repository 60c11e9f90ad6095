# language: fr
@FI-17 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Un autre secret que celui du client est refusé

  Un code présenté avec un autre secret ne donne aucun jeton.

  Scénario: FI-17-N1, un autre secret ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "autre-secret"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:secret-post
  Scénario: FI-17-N2, un autre secret, dans le corps, ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "autre-secret-post"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
