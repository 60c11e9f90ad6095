# language: fr
@PSC-16 @role:service-psc @mode:- @bloquante
Fonctionnalité: Aucune adresse ne porte de secret

  Ni le secret du service, ni un jeton d'accès ou de rafraîchissement n'est dans une adresse, que les journaux
  gardent.

  Scénario: PSC-16-N, aucune adresse ne porte de secret
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service
    Alors le secret du service n'est dans aucune adresse
    Et un autre professionnel entre encore dans le service
