# language: fr
@P01 @role:fournisseur @mode:P @bloquante
Fonctionnalité: Le jeton est une Response SAML 2.0 qui contient un VI et un seul

  En mode P le VI voyage dans une Response SAML 2.0 de statut Success, qui contient exactement une assertion.

  Scénario: P01-P, une Response de succès avec son VI est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un message fautif (<defaut>) est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                         | faute                     |
      | P01-N1 | le VI nu, sans Response        | response-assertion-bare   |
      | P01-N2 | une Response sans VI           | response-assertion-absent |
      | P01-N3 | deux VI, tous deux bien signés | response-assertion-two    |
      | P01-N4 | un statut d'échec avec un VI   | response-status-responder |
