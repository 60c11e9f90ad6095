# language: fr
@T04 @role:client @mode:A @mode:P @mode:R @majeure @besoin:liaison-mutuelle
Fonctionnalité: Les usages de clé des certificats sont respectés

  Un certificat de serveur ne vaut pas pour un client, ni l'inverse, et un certificat d'autorité n'ouvre pas de
  liaison.

  Scénario: T04-P, un certificat d'authentification de serveur est accepté
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
      | cas    | defaut                   | faute                               |
      | T04-N1 | fait pour un client seul | tls-server-certificate-client-usage |
      | T04-N2 | d'autorité               | tls-server-certificate-ca           |
