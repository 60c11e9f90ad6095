# language: fr
@F01 @role:fournisseur @mode:A @mineure
Fonctionnalité: L'absence de VI est annoncée

  Faute wsse:SecurityTokenUnavailable, et jamais une réponse métier.

  Scénario: F01-P, un message sans VI reçoit wsse:SecurityTokenUnavailable
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "soap-security-empty"
    Alors le candidat refuse le message
    Et le code de faute est "wsse:SecurityTokenUnavailable"
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, un message <defaut> ne reçoit pas un autre code
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et le code de faute est "wsse:SecurityTokenUnavailable"
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas                 | defaut                                 | faute                |
      | F01-N1~sans-en-tete | sans en-tête SOAP                      | soap-header-absent   |
      | F01-N1~vi-ailleurs  | dont le VI est directement sous Header | soap-vi-under-header |

  Scénario: F01-N2, un message sans VI ne reçoit pas de réponse métier
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "soap-security-empty"
    Alors la faute rendue respecte "sans-reponse-metier"
    Et un VI honnête est de nouveau accepté
