# language: fr
@PSC-11 @role:service-psc @mode:- @mineure
Fonctionnalité: Une authentification plus vieille que demandé est refusée

  Qui demande un âge maximal (max_age) regarde auth_time, et refuse ou fait recommencer.

  @besoin:age-demande
  Scénario: PSC-11-N, une authentification vieille de cinq heures est refusée
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "idtoken-auth-time-5h"
    Alors le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service
