# language: fr
@API-08 @role:api-psc @mode:- @mineure
Fonctionnalité: Un type de jeton qui n'est pas prévu est refusé

  Le jeton dit être une assertion SAML 2 : l'échange ne rend rien, puisque seuls un JWT et un jeton d'accès
  sont prévus.

  Scénario: API-08-N, un jeton dit être une assertion SAML n'est pas échangé
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le proxy demande l'échange à l'API pour un jeton dit de type "saml2"
    Alors l'API ne rend aucun jeton
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API
