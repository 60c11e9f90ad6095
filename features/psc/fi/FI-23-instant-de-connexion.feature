# language: fr
@FI-23 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le jeton d'identité dit quand la personne s'est connectée

  auth_time est un nombre entier de secondes, n'est pas après l'émission du jeton, et tombe à cinq secondes près
  sur la connexion explicite, à l'horloge du fournisseur d'identité.

  Scénario: FI-23-P1, auth_time est l'instant de la connexion
    Quand une personne se connecte chez le fournisseur d'identité
    Alors l'instant de connexion du jeton d'identité est celui de la connexion

  Scénario: FI-23-P2, auth_time n'est pas après l'émission du jeton
    Quand une personne se connecte chez le fournisseur d'identité
    Alors l'instant de connexion du jeton d'identité n'est pas après son émission
