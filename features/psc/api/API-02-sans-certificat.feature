# language: fr
@API-02 @role:api-psc @mode:- @bloquante
Fonctionnalité: Sans certificat client, aucun échange

  Le même échange, demandé sans certificat, ne rend aucun jeton : la liaison est refusée, ou la réponse est
  une erreur.

  Scénario: API-02-N, sans certificat client, rien n'est échangé
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le proxy demande l'échange à l'API sous le certificat "absent"
    Alors l'API ne rend aucun jeton
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API
