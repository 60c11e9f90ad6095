# language: fr
@PSC-13 @role:service-psc @mode:- @majeure
Fonctionnalité: Un code refusé se dit proprement

  Quand Pro Santé Connect refuse un code, déjà employé, le service n'ouvre rien et le dit, sans panne ni trace
  d'exécution.

  Scénario: PSC-13-N1, un code refusé se dit proprement
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "tokenanswer-code-refused"
    Alors le service n'ouvre pas de session
    Et le service dit ce qui s'est passé
    Et un autre professionnel entre encore dans le service

  Scénario: PSC-13-N2, un retour ouvert une seconde fois se dit proprement
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service
    Et le retour de la connexion est ouvert une seconde fois
    Alors le service dit ce qui s'est passé
    Et un autre professionnel entre encore dans le service
