# language: fr
@API-04 @role:api-psc @mode:- @bloquante
Fonctionnalité: Un jeton de Pro Santé Connect qui n'est plus valable n'est pas échangé

  Expiré, ou révoqué chez Pro Santé Connect, le jeton montré n'obtient rien : le serveur d'autorisation le
  soumet à l'introspection de Pro Santé Connect.

  Plan du Scénario: <cas>, un jeton de Pro Santé Connect <etat> n'est pas échangé
    Étant donné le proxy échange un jeton et lit la ressource de l'API
    Quand le proxy demande l'échange à l'API pour un jeton portant la faute "<faute>"
    Alors l'API ne rend aucun jeton
    Et le proxy échange de nouveau un jeton et lit la ressource de l'API

    Exemples:
      | cas       | etat    | faute               |
      | API-04-N1 | expiré  | psctoken-expired-1h |
      | API-04-N2 | révoqué | psctoken-revoked    |
