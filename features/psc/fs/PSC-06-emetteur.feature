# language: fr
@PSC-06 @role:service-psc @mode:- @bloquante
Fonctionnalité: Le jeton d'identité d'un autre émetteur est refusé

  L'émetteur du jeton d'identité est exactement celui de la découverte.

  Plan du Scénario: <cas>, le jeton d'identité d'un autre émetteur est refusé (<defaut>)
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "<faute>"
    Alors le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service

    Exemples:
      | cas       | defaut                | faute                     |
      | PSC-06-N1 | production            | idtoken-issuer-production |
      | PSC-06-N2 | barre oblique de trop | idtoken-issuer-slash      |
