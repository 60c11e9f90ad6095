# language: fr
@API-13 @role:api-psc @mode:- @bloquante
Fonctionnalité: La ressource ne s'ouvre pas sans certificat

  Le même jeton, sans certificat client, n'obtient rien de la ressource.

  Scénario: API-13-N, sans certificat, la ressource ne s'ouvre pas
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le proxy appelle la ressource de l'API sous le certificat "absent"
    Alors l'API ne rend pas la ressource
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API
