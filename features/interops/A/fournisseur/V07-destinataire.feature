# language: fr
@V07 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure
Fonctionnalité: Le destinataire désigne ce fournisseur

  Recipient vaut l'identifiant du fournisseur ; SubjectConfirmationData est encore valable et ne porte pas de
  NotBefore.

  Scénario: V07-P, le destinataire exact est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un VI dont la confirmation est fautive (<defaut>) est refusé
    # Des NotOnOrAfter différents dans SubjectConfirmationData et dans Conditions ne sont pas une faute tant
    # que les deux sont à venir.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                                              | faute                     |
      | V07-N1 | Recipient d'un autre organisme                      | vi-recipient-other        |
      | V07-N3 | SubjectConfirmationData expirée, Conditions valable | vi-confirmation-expired   |
      | V07-N4 | NotBefore dans une confirmation bearer              | vi-confirmation-notbefore |

    @besoin:destinataire-obligatoire
    Exemples:
      | cas    | defaut           | faute               |
      | V07-N2 | Recipient absent | vi-recipient-absent |
