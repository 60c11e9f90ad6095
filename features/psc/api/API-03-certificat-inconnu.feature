# language: fr
@API-03 @role:api-psc @mode:- @bloquante
Fonctionnalité: Seul le certificat rattaché à un client peut échanger

  Le certificat d'un autre organisme de la même autorité, ou un certificat au nom du proxy mais autosigné,
  d'une autre autorité ou expiré, n'obtient aucun jeton : le sujet du certificat est rattaché au Client_ID_AS.

  @besoin:pki-d-essai
  Plan du Scénario: <cas>, sous un certificat qui n'est rattaché à aucun client (<certificat>), rien n'est échangé
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le proxy demande l'échange à l'API sous le certificat "<certificat>"
    Alors l'API ne rend aucun jeton
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API

    Exemples:
      | cas       | certificat      |
      | API-03-N1 | autre-organisme |
      | API-03-N2 | auto-signe      |
      | API-03-N3 | autre-autorite  |
      | API-03-N4 | expire          |
