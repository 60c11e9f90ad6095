# language: fr
@T05 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure
Fonctionnalité: Les certificats atteignent le niveau du RGS

  Clé RSA de 2048 bits au moins et condensat SHA-2 pour les certificats de liaison comme de signature.

  Scénario: T05-P, RSA 2048 et SHA-256 sont acceptés
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @besoin:liaison-mutuelle
  Plan du Scénario: <cas>, une liaison par un certificat <defaut> est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client ouvre la liaison avec la faute "<faute>"
    Alors la liaison est refusée
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                 | faute                          |
      | T05-N1 | à clé RSA de 1024 bits | tls-client-certificate-rsa1024 |
      | T05-N2 | signé avec SHA-1       | tls-client-certificate-sha1    |

  Plan du Scénario: <cas>, un VI signé par un certificat <defaut> est refusé
    # Le plancher vaut pour le cachet comme pour la liaison.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas           | defaut                    | faute                  |
      | T05-N1~cachet | à clé RSA de 1024 bits    | vi-certificate-rsa1024 |
      | T05-N2~cachet | lui-même signé avec SHA-1 | vi-certificate-sha1    |
