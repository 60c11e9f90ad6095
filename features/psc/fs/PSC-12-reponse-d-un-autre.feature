# language: fr
@PSC-12 @role:service-psc @mode:- @mineure
Fonctionnalité: La réponse d'un autre fournisseur est refusée

  Pro Santé Connect annonce qu'il se nomme dans le retour (iss) : le service le compare à celui qu'il a
  interrogé.

  Plan du Scénario: <cas>, la réponse d'un autre fournisseur est refusée (<defaut>)
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service, Pro Santé Connect commettant la faute "<faute>"
    Alors le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service

    Exemples:
      | cas       | defaut            | faute               |
      | PSC-12-N1 | autre fournisseur | callback-iss-other  |
      | PSC-12-N2 | sans fournisseur  | callback-iss-absent |
