# language: fr
@T05 @role:client @mode:A @mode:P @mode:R @majeure @besoin:liaison-mutuelle
Fonctionnalité: Les certificats atteignent le niveau du RGS

  Clé RSA de 2048 bits au moins et condensat SHA-2 pour les certificats de liaison comme de signature.

  @role:operateur-authentification @mode:S
  Scénario: T05-P, RSA 2048 et SHA-256 sont acceptés
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme

  Plan du Scénario: <cas>, un partenaire au certificat <defaut> ne reçoit aucun octet de VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire se présente avec la faute "<faute>"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors aucun octet de VI n'est parvenu au partenaire
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas    | defaut                 | faute                          |
      | T05-N1 | à clé RSA de 1024 bits | tls-server-certificate-rsa1024 |
      | T05-N2 | signé avec SHA-1       | tls-server-certificate-sha1    |
