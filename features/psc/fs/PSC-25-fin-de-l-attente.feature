# language: fr
@PSC-25 @role:service-psc @mode:- @mineure
Fonctionnalité: L'expiration et le refus arrêtent l'attente

  Une fois la demande expirée ou refusée, le service ne demande plus rien, et n'ouvre rien.

  @besoin:connexion-decouplee
  Scénario: PSC-25-N1, l'expiration arrête l'attente
    Étant donné un professionnel entre dans le service
    Quand un professionnel demande au service une connexion découplée, Pro Santé Connect commettant la faute "tokenanswer-expired"
    Alors le service ne demande plus rien
    Et le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service

  @besoin:connexion-decouplee
  Scénario: PSC-25-N2, le refus arrête l'attente
    Étant donné un professionnel entre dans le service
    Quand un professionnel demande au service une connexion découplée
    Et il la refuse sur son application
    Alors le service ne demande plus rien
    Et le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service
