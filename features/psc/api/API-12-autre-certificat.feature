# language: fr
@API-12 @role:api-psc @mode:- @bloquante
Fonctionnalité: La ressource ne s'ouvre à aucun autre certificat

  Le même jeton, sous le certificat d'un autre organisme ou sous un autre certificat du même nom, n'obtient
  rien de la ressource : l'empreinte est celle du certificat, non de son nom.

  @besoin:pki-d-essai
  Plan du Scénario: <cas>, sous un autre certificat (<certificat>), la ressource ne s'ouvre pas
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le proxy appelle la ressource de l'API sous le certificat "<certificat>"
    Alors l'API ne rend pas la ressource
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API

    Exemples:
      | cas       | certificat      |
      | API-12-N1 | autre-organisme |
      | API-12-N2 | renouvele       |
