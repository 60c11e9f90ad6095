# language: fr
@PSC-10 @role:service-psc @mode:- @majeure
Fonctionnalité: Un niveau d'authentification insuffisant est refusé

  Le service n'ouvre de session qu'à qui s'est authentifié au niveau qu'il demande, eidas1 au moins.

  Plan du Scénario: <cas>, un niveau d'authentification insuffisant est refusé (<defaut>)
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "<faute>"
    Alors le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service

    Exemples:
      | cas       | defaut      | faute              |
      | PSC-10-N1 | sans niveau | idtoken-acr-absent |
      | PSC-10-N2 | niveau 0    | idtoken-acr-0      |
