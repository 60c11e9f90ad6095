# language: fr
@PSC-07 @role:service-psc @mode:- @bloquante
Fonctionnalité: Le jeton d'identité d'un autre service est refusé

  Le service est parmi les destinataires (aud) du jeton d'identité.

  Plan du Scénario: <cas>, le jeton d'identité d'un autre service est refusé (<defaut>)
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "<faute>"
    Alors le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service

    Exemples:
      | cas       | defaut            | faute                   |
      | PSC-07-N1 | autre service     | idtoken-audience-other  |
      | PSC-07-N2 | sans destinataire | idtoken-audience-absent |
