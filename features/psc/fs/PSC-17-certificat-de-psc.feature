# language: fr
@PSC-17 @role:service-psc @mode:- @bloquante
Fonctionnalité: Le certificat de Pro Santé Connect est vérifié

  Devant un certificat autosigné, d'un autre hôte ou expiré, le service n'envoie ni code ni secret, et n'ouvre
  rien.

  @seul
  Plan du Scénario: <cas>, le mauvais certificat de Pro Santé Connect arrête la connexion (<defaut>)
    Étant donné un professionnel entre dans le service
    Quand au retour de la connexion, Pro Santé Connect montre la faute "<faute>"
    Alors aucun jeton n'est demandé pour ce retour
    Et le service n'ouvre pas de session
    Et un autre professionnel entre encore dans le service

    Exemples:
      | cas       | defaut     | faute                       |
      | PSC-17-N1 | autosigné  | psc-certificate-self-signed |
      | PSC-17-N2 | autre hôte | psc-certificate-wrong-host  |
      | PSC-17-N3 | expiré     | psc-certificate-expired     |
