# language: fr
@FI-19 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le client prouve qui il est par son certificat ou sa clé

  Le certificat de test de Pro Santé Connect, ou une assertion signée de sa clé, donne les jetons.

  @besoin:client-a-certificat
  Scénario: FI-19-P1, le certificat du client donne les jetons
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "certificat"
    Alors le fournisseur d'identité rend les jetons

  @besoin:client-a-cle
  Scénario: FI-19-P2, une assertion signée du client donne les jetons
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "assertion"
    Alors le fournisseur d'identité rend les jetons
