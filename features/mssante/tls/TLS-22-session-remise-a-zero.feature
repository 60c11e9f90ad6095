# language: fr
@TLS-22 @role:mss-smtp @mode:- @mineure
Fonctionnalité: STARTTLS remet la session de soumission à zéro

  Sous TLS, ce qui fut dit en clair est oublié : AUTH sans nouvel EHLO est refusé, à moins que le serveur
  n'attende d'EHLO de personne, puis la réponse à EHLO offre AUTH et n'offre plus STARTTLS.

  Scénario: TLS-22-N, un EHLO dit en clair ne vaut plus sous TLS
    # MAIL FROM ne prouverait rien : il est refusé de toute façon avant l'authentification.
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client s'authentifie sous TLS sans s'être présenté de nouveau
    Alors ce qui fut dit en clair est oublié
    Et le témoin passe
