# language: fr
@API-06 @role:api-psc @mode:- @majeure
Fonctionnalité: La portée est obligatoire

  Un échange sans paramètre scope ne rend aucun jeton : ce volume le rend obligatoire, là où la RFC 8693 le
  laisse libre.

  Scénario: API-06-N, sans portée, rien n'est échangé
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le proxy demande l'échange à l'API avec la portée "absente"
    Alors l'API ne rend aucun jeton
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API
