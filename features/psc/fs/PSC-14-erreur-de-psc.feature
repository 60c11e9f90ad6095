# language: fr
@PSC-14 @role:service-psc @mode:- @mineure
Fonctionnalité: Une erreur de Pro Santé Connect se dit

  Quand le retour porte une erreur, le service n'ouvre rien et dit à la personne ce qui s'est passé.

  Scénario: PSC-14-N1, un retour qui porte une erreur se dit
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "callback-error"
    Alors le service n'ouvre pas de session
    Et le service dit ce qui s'est passé
    Et un autre professionnel entre encore dans le service

  Scénario: PSC-14-N2, le refus de la personne se dit
    Étant donné un professionnel entre dans le service
    Quand un professionnel refuse à Pro Santé Connect d'entrer dans le service
    Alors le service n'ouvre pas de session
    Et le service dit ce qui s'est passé
    Et un autre professionnel entre encore dans le service
