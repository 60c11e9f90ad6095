# language: fr
@FI-03 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Les clés publiées sont nommées, sûres et publiques

  Le document des clés se lit, chacune y a un nom qui n'est qu'à elle, la force voulue (RSA de 2048 bits, courbe
  de 256 bits) et rien de secret ; elle dit qu'elle sert à signer.

  Scénario: FI-03-P1, les clés publiées se lisent, sont nommées et sûres
    Quand Pro Santé Connect lit les clés du fournisseur d'identité
    Alors les clés du fournisseur d'identité conviennent

  Scénario: FI-03-P2, chaque clé publiée dit qu'elle sert à signer
    Quand Pro Santé Connect lit les clés du fournisseur d'identité
    Alors les clés du fournisseur d'identité disent leur usage
