# language: fr
@API-15 @role:api-psc @mode:- @mineure
Fonctionnalité: Un jeton opaque est vérifié de nouveau chaque demi-heure

  Trente et une minutes après la révocation d'un jeton opaque déjà accepté, la ressource ne s'ouvre plus.

  @long @besoin:jeton-opaque @besoin:revocation @besoin:temps-de-l-api
  Scénario: API-15-P, un jeton révoqué depuis une demi-heure n'ouvre plus rien
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le jeton de l'API est révoqué
    Et 31 minutes passent pour l'API
    Et le proxy appelle la ressource de l'API sous le certificat "du-proxy"
    Alors l'API ne rend pas la ressource
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API

  @seul @besoin:jeton-opaque @besoin:revocation @besoin:horloge-de-l-api
  Scénario: API-15-P~horloge, un jeton révoqué depuis une demi-heure n'ouvre plus rien, à l'horloge du candidat
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le jeton de l'API est révoqué
    Et 31 minutes passent pour l'API
    Et le proxy appelle la ressource de l'API sous le certificat "du-proxy"
    Alors l'API ne rend pas la ressource
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API
