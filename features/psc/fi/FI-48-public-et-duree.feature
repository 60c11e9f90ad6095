# language: fr
@FI-48 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le jeton d'identité est pour Pro Santé Connect, frais et bref

  aud est le client, exp est à venir et à une heure au plus de l'émission, iat est l'instant présent à une minute
  près : une horloge fausse est un écart, et se dit comme tel.

  Scénario: FI-48-P1, le jeton d'identité est adressé au client, daté et en cours
    Quand une personne se connecte chez le fournisseur d'identité
    Alors le jeton d'identité est adressé à Pro Santé Connect, daté et en cours

  Scénario: FI-48-P2, le jeton d'identité est bref et de l'instant présent
    Quand une personne se connecte chez le fournisseur d'identité
    Alors le jeton d'identité est bref et de l'instant présent
