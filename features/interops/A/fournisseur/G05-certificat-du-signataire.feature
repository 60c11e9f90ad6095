# language: fr
@G05 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @bloquante
Fonctionnalité: Le certificat du signataire est de confiance

  Chaîne jusqu'à une autorité admise, dates, révocation, et nom conforme à ce que la convention attribue à
  l'organisme.

  Scénario: G05-P, un certificat de la convention est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un VI signé par un certificat <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                            | faute                          |
      | G05-N1 | autosigné                         | vi-certificate-self-signed     |
      | G05-N2 | d'une autre autorité              | vi-certificate-other-ca        |
      | G05-N3 | expiré                            | vi-certificate-expired         |
      | G05-N5 | dont le nom sort du motif convenu | vi-certificate-outside-pattern |

    @besoin:revocation
    Exemples:
      | cas    | defaut  | faute                  |
      | G05-N4 | révoqué | vi-certificate-revoked |
