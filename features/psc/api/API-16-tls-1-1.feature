# language: fr
@API-16 @role:api-psc @mode:- @bloquante
Fonctionnalité: TLS 1.1 est refusé

  Le serveur des jetons et celui de la ressource ne répondent à qui n'offre que TLS 1.1 que par une alerte ou
  une fermeture.

  Plan du Scénario: <cas>, le serveur <serveur> refuse TLS 1.1
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le serveur "<serveur>" de l'API ne se voit offrir que TLS 1.1
    Alors l'API refuse cette offre
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API

    Exemples:
      | cas       | serveur         |
      | API-16-N1 | des jetons      |
      | API-16-N2 | de la ressource |
