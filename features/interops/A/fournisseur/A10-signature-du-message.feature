# language: fr
@A10 @role:fournisseur @mode:A @majeure @besoin:signature-message
Fonctionnalité: La signature du message est exigée là où elle est convenue

  Le corps doit être couvert par une signature d'une clé listée ; altéré, non signé ou mal référencé, il est
  refusé.

  Scénario: A10-P, un corps signé par une clé listée est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie au service "signe" un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un message dont <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat pour le service "signe"
    Quand l'organisme client envoie au service "signe" un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté pour le service "signe"

    Exemples:
      | cas    | defaut                                        | faute                              |
      | A10-N1 | le corps est altéré après signature           | soap-body-altered                  |
      | A10-N2 | le corps n'est pas signé                      | soap-body-unsigned                 |
      | A10-N3 | la référence désigne autre chose que le corps | soap-signature-reference-elsewhere |
