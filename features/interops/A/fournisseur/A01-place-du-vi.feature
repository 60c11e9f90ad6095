# language: fr
@A01 @role:fournisseur @mode:A @bloquante
Fonctionnalité: Le VI est cherché dans l'en-tête wsse:Security

  Un VI absent, ou placé ailleurs que sous wsse:Security de l'en-tête SOAP, n'ouvre rien.

  Scénario: A01-P, le VI est lu sous wsse:Security
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un message <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                                 | faute                |
      | A01-N1 | sans en-tête SOAP                      | soap-header-absent   |
      | A01-N2 | à l'en-tête Security vide              | soap-security-empty  |
      | A01-N3 | dont le VI est dans le corps           | soap-vi-in-body      |
      | A01-N4 | dont le VI est directement sous Header | soap-vi-under-header |
