# language: fr
@API-09 @role:api-psc @mode:- @bloquante
Fonctionnalité: Le jeton de l'API est lié au certificat du proxy

  Le jeton, ou ce que dit de lui l'introspection, porte dans cnf l'empreinte SHA-256 du certificat sous lequel
  il fut demandé : base64url des 32 octets, 43 caractères.

  @besoin:jeton-lisible
  Scénario: API-09-P, le jeton porte l'empreinte du certificat
    Quand le proxy demande l'échange à l'API
    Alors le jeton de l'API porte l'empreinte du certificat du proxy
