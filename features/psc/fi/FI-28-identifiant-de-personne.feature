# language: fr
@FI-28 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: L'identifiant d'une personne ne change pas

  Trois connexions, un changement de nom et d'adresse : l'identifiant convenu reste le même.

  Scénario: FI-28-P1, trois connexions donnent le même identifiant
    Quand la même personne se connecte trois fois chez le fournisseur d'identité
    Alors les jetons d'identité donnent le même identifiant de personne

  @seul @besoin:renommage
  Scénario: FI-28-P2, une personne renommée garde son identifiant
    Quand une personne se connecte chez le fournisseur d'identité, est renommée, puis se connecte de nouveau
    Alors les jetons d'identité donnent le même identifiant de personne
