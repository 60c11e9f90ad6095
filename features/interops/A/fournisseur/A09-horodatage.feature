# language: fr
@A09 @role:fournisseur @mode:A @mineure
Fonctionnalité: L'horodatage WS-Security, s'il existe, est contrôlé

  Un Timestamp expiré, ou créé dans l'avenir au-delà de la dérive, fait refuser le message.

  Scénario: A09-P, un horodatage frais est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "timestamp"
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un horodatage <defaut> fait refuser le message
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut             | faute                  |
      | A09-N1 | expiré             | soap-timestamp-expired |
      | A09-N2 | créé dans l'avenir | soap-timestamp-future  |
