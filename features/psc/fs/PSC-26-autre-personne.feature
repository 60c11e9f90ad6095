# language: fr
@PSC-26 @role:service-psc @mode:- @bloquante
Fonctionnalité: La connexion découplée d'une autre personne est refusée

  Le jeton d'identité nomme la personne que le service a demandée.

  @besoin:connexion-decouplee
  Scénario: PSC-26-N, la connexion découplée d'une autre personne est refusée
    Étant donné un professionnel entre dans le service
    Quand un professionnel demande au service une connexion découplée, Pro Santé Connect commettant la faute "idtoken-person-other"
    Et il l'approuve sur son application
    Alors le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service
