# language: fr
@PSC-21 @role:service-psc @mode:- @bloquante
Fonctionnalité: Les données d'une autre personne sont refusées

  Le sujet que dit userinfo est celui du jeton d'identité ; sinon rien de ce que dit userinfo n'est employé, que
  la connexion s'arrête ou se poursuive sans.

  @besoin:lecture-de-userinfo
  Scénario: PSC-21-N, les données d'une autre personne sont refusées
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "userinfo-sub-other"
    Alors le service n'ouvre pas de session, ou n'y met pas les données d'une autre personne
    Et un autre professionnel entre encore dans le service
