# language: fr
@FI-24 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Une session ne rajeunit pas la connexion

  Une seconde demande, satisfaite sans que la personne se reconnecte, donne l'instant de la première connexion.

  Scénario: FI-24-N1, deux secondes après, auth_time n'a pas changé
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand deux secondes s'écoulent chez le fournisseur d'identité
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors l'instant de connexion du jeton d'identité n'a pas changé
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @seul @besoin:horloge-identite
  Scénario: FI-24-N2, dix minutes après, auth_time n'a pas changé
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand 600 secondes passent chez le fournisseur d'identité
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors l'instant de connexion du jeton d'identité n'a pas changé
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
