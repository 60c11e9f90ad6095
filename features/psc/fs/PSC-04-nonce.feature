# language: fr
@PSC-04 @role:service-psc @mode:- @bloquante
Fonctionnalité: Un jeton d'identité d'une autre demande est refusé

  Le nonce du jeton d'identité est celui que le service a donné dans sa demande.

  Plan du Scénario: <cas>, un jeton d'identité d'une autre demande est refusé (<defaut>)
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "<faute>"
    Alors le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service

    Exemples:
      | cas       | defaut      | faute                |
      | PSC-04-N1 | autre nonce | idtoken-nonce-other  |
      | PSC-04-N2 | sans nonce  | idtoken-nonce-absent |
