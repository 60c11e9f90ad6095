# language: fr
@G04 @role:fournisseur @role:operateur-service @majeure
Fonctionnalité: Le certificat du signataire est porté et utilisé

  La signature se vérifie avec le premier certificat de X509Data ; sans certificat, ou avec un autre, le VI est
  refusé.

  @mode:A @mode:P @mode:R @mode:S
  Scénario: G04-P, le premier certificat de X509Data est celui du signataire
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @mode:A @mode:P @mode:R @mode:S
  Plan du Scénario: <cas>, un KeyInfo <defaut> fait refuser le VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                        | faute                        |
      | G04-N1 | absent                        | vi-keyinfo-absent            |
      | G04-N2 | au certificat d'une autre clé | vi-keyinfo-other-certificate |
      | G04-N3 | réduit à une KeyValue         | vi-keyinfo-keyvalue          |

  @mode:R @besoin:jeton-jwt
  Plan du Scénario: <cas>, un jeton JWT <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas        | defaut          | faute          |
      | G04-N1~jwt | sans certificat | jwt-key-absent |
