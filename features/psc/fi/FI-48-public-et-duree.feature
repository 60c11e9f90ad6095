# language: fr
@FI-48 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le jeton d'identité est pour Pro Santé Connect, frais et bref

  aud est le client, exp est à venir et à une heure au plus de l'émission, iat est l'instant présent à une minute
  près : une horloge fausse est un écart, et se dit comme tel.

  Scénario: FI-48-P, le jeton d'identité est adressé au client, frais et bref
    Quand une personne se connecte chez le fournisseur d'identité
    Alors le jeton d'identité est adressé à Pro Santé Connect, frais et bref
