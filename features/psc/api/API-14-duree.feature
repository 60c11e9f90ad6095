# language: fr
@API-14 @role:api-psc @mode:- @mineure
Fonctionnalité: Le jeton de l'API vit d'une à quatre heures

  De son émission à sa fin, le jeton vit de 3600 à 14400 secondes, comme le volume le conseille.

  Scénario: API-14-P, le jeton vit d'une à quatre heures
    Quand le proxy demande l'échange à l'API
    Alors le jeton de l'API vit de 3600 à 14400 secondes
