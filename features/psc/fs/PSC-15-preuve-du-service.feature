# language: fr
@PSC-15 @role:service-psc @mode:- @bloquante
Fonctionnalité: Le service prouve qui il est

  À l'échange du code, le service présente son secret ou son certificat ; dans l'Espace de Confiance, son
  certificat ORG AUTH_CLI.

  Scénario: PSC-15-P, le service prouve qui il est
    Quand un professionnel se connecte au service
    Alors le service a prouvé qui il est, par le moyen de son espace
