# language: fr
@API-11 @role:api-psc @mode:- @bloquante
Fonctionnalité: La ressource s'ouvre au certificat auquel le jeton est lié

  Sous le certificat du proxy, un appel qui montre le jeton obtient la ressource.

  Scénario: API-11-P, la ressource s'ouvre au certificat du proxy
    Quand le proxy appelle la ressource de l'API sous le certificat "du-proxy"
    Alors l'API rend la ressource
