# language: fr
@FI-31 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: L'établissement a un identifiant stable et propre

  D'une connexion à l'autre, le jeton nomme l'établissement par l'identifiant convenu ; deux établissements en ont
  deux.

  Scénario: FI-31-P1, l'identifiant de l'établissement est celui qui est convenu
    Quand une personne de chaque établissement se connecte deux fois chez le fournisseur d'identité
    Alors les jetons d'identité donnent l'identifiant convenu de l'établissement

  @besoin:deux-etablissements
  Scénario: FI-31-P2, deux établissements ont deux identifiants
    Quand une personne de chaque établissement se connecte deux fois chez le fournisseur d'identité
    Alors deux établissements ont deux identifiants dans les jetons d'identité
