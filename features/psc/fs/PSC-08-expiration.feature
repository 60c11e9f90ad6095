# language: fr
@PSC-08 @role:service-psc @mode:- @bloquante
Fonctionnalité: Un jeton d'identité expiré est refusé

  Passé la fin de validité, augmentée de la dérive que le service déclare, le jeton d'identité n'ouvre rien.

  Scénario: PSC-08-N1, un jeton d'identité expiré depuis une heure est refusé
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "idtoken-expired-1h"
    Alors le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service

  @besoin:derive-sous-dix-minutes
  Scénario: PSC-08-N2, un jeton d'identité expiré depuis dix minutes est refusé
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "idtoken-expired-10m"
    Alors le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service
