# language: fr
@F05 @role:fournisseur @mode:A @mineure
Fonctionnalité: Un service erroné est annoncé

  Faute vi:InvalidService quand l'audience n'est pas le service.

  Scénario: F05-P, une audience d'un autre service reçoit vi:InvalidService
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-audience-other-service"
    Alors le candidat refuse le VI
    Et le code de faute est "vi:InvalidService"
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, une audience fautive (<defaut>) ne reçoit pas un autre code
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et le code de faute est "vi:InvalidService"
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas            | defaut                                       | faute                          |
      | F05-N1~absente | absente                                      | vi-audience-absent             |
      | F05-N1~slash   | différente par une barre finale              | vi-audience-trailing-slash     |
      | F05-N1~seconde | une seconde restriction n'est pas satisfaite | vi-audience-second-restriction |
