# language: fr
@API-05 @role:api-psc @mode:- @bloquante
Fonctionnalité: Un jeton qui n'est pas de Pro Santé Connect n'est pas échangé

  D'un autre émetteur, signé par une clé inconnue, sans signature ou altéré, le jeton montré n'obtient rien.

  Plan du Scénario: <cas>, un jeton <origine> n'est pas échangé
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le proxy demande l'échange à l'API pour un jeton portant la faute "<faute>"
    Alors l'API ne rend aucun jeton
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API

    Exemples:
      | cas       | origine                    | faute                    |
      | API-05-N1 | d'un autre émetteur        | psctoken-issuer-foreign  |
      | API-05-N2 | signé par une clé inconnue | psctoken-key-rogue       |
      | API-05-N3 | sans signature             | psctoken-algorithm-none  |
      | API-05-N4 | altéré                     | psctoken-payload-altered |
