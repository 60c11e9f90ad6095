# language: fr
@API-01 @role:api-psc @mode:- @bloquante
Fonctionnalité: Le serveur d'autorisation échange un jeton de Pro Santé Connect

  Sous le certificat du proxy, un échange qui montre un jeton valable et demande une portée permise rend un
  jeton, et dit de quelle sorte il est, comment il se présente et combien de temps il vit.

  Scénario: API-01-P, un jeton valable est échangé
    Quand le proxy demande l'échange à l'API
    Alors l'API rend un jeton, et dit de quelle sorte et pour combien de temps
