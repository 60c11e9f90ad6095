# language: fr
@PSC-24 @role:service-psc @mode:- @mineure
Fonctionnalité: L'intervalle des demandes est respecté

  Le service attend l'intervalle annoncé entre deux demandes, et cinq secondes de plus une fois prié de
  ralentir.

  @besoin:connexion-decouplee
  Scénario: PSC-24-N1, l'intervalle annoncé est respecté
    Étant donné un professionnel entre dans le service
    Quand un professionnel demande au service une connexion découplée
    Et il tarde à répondre
    Alors les demandes du service respectent l'intervalle annoncé
    Et un autre professionnel entre encore dans le service

  @besoin:connexion-decouplee
  Scénario: PSC-24-N2, l'intervalle s'allonge quand Pro Santé Connect en prie
    Étant donné un professionnel entre dans le service
    Quand un professionnel demande au service une connexion découplée, Pro Santé Connect commettant la faute "tokenanswer-slow-down"
    Et Pro Santé Connect prie le service de ralentir, une fois
    Alors la demande suivante vient cinq secondes plus tard que l'intervalle
    Et un autre professionnel entre encore dans le service
