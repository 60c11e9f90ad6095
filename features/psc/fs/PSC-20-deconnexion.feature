# language: fr
@PSC-20 @role:service-psc @mode:- @majeure
Fonctionnalité: La déconnexion est annoncée à Pro Santé Connect

  Le service clôt sa session et envoie le navigateur clore celle de Pro Santé Connect, avec le jeton d'identité
  et l'adresse où revenir.

  @besoin:deconnexion-declaree
  Scénario: PSC-20-P, la déconnexion est annoncée
    Étant donné un professionnel se connecte au service
    Quand le professionnel se déconnecte du service
    Alors le service annonce la déconnexion à Pro Santé Connect
    Et le service clôt la session
