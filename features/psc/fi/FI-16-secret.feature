# language: fr
@FI-16 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le client prouve qui il est par son secret

  Chaque façon convenue de présenter le secret, en-tête ou corps, donne les jetons.

  @besoin:secret-basic
  Scénario: FI-16-P1, le secret en en-tête donne les jetons
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "secret-basic"
    Alors le fournisseur d'identité rend les jetons

  @besoin:secret-post
  Scénario: FI-16-P2, le secret dans le corps donne les jetons
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "secret-post"
    Alors le fournisseur d'identité rend les jetons
