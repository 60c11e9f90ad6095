# language: fr
@API-17 @role:api-psc @mode:- @bloquante
Fonctionnalité: La ressource n'est pas rendue sans chiffrement

  Un appel en http n'obtient rien de la ressource : il est refusé, ou renvoyé vers https sans aucune donnée.

  Scénario: API-17-N, sans chiffrement, la ressource n'est pas rendue
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le proxy appelle la ressource de l'API sans chiffrement
    Alors l'API ne rend pas la ressource
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API
