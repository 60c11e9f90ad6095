# language: fr
@T04 @role:fournisseur @mode:A @mode:P @mode:R @majeure @besoin:liaison-mutuelle
Fonctionnalité: Les usages de clé des certificats sont respectés

  Un certificat de serveur ne vaut pas pour un client, ni l'inverse, et un certificat d'autorité n'ouvre pas de
  liaison.

  Scénario: T04-P, un certificat d'authentification de client est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, <defaut> n'ouvre pas la liaison
    # Le certificat d'autorité porte aussi digitalSignature : sinon la négociation seule le refuserait (T04-N2).
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client ouvre la liaison avec la faute "<faute>"
    Alors la liaison est refusée
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                                  | faute                               |
      | T04-N1 | un certificat fait pour un serveur seul | tls-client-certificate-server-usage |
      | T04-N2 | un certificat d'autorité                | tls-client-certificate-ca           |
