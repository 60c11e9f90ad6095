# language: fr
@API-07 @role:api-psc @mode:- @majeure
Fonctionnalité: Une portée que le client n'a pas n'est pas accordée

  Un échange qui demande une portée hors des droits du client ne rend pas de jeton qui l'ouvre. Un jeton d'une
  portée moindre, que la réponse dit, convient (RFC 6749 §3.3).

  Scénario: API-07-N, une portée que le client n'a pas n'est pas accordée
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le proxy demande l'échange à l'API avec la portée "interdite"
    Alors l'API n'accorde pas la portée interdite
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API
