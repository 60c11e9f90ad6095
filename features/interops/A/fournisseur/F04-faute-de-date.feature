# language: fr
@F04 @role:fournisseur @mode:A @mineure
Fonctionnalité: Une erreur de date est annoncée

  Faute vi:InvalidVI hors de la fenêtre de validité.

  Scénario: F04-P, un VI expiré reçoit vi:InvalidVI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-window-expired"
    Alors le candidat refuse le VI
    Et le code de faute est "vi:InvalidVI"
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, une fenêtre fautive (<defaut>) ne reçoit pas un autre code
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et le code de faute est <codes>
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas             | defaut              | faute                   | codes                                         |
      | F04-N1~future   | pas encore ouverte  | vi-window-not-yet-valid | "vi:InvalidVI"                                |
      | F04-N1~inversee | début après la fin  | vi-window-inverted      | "vi:InvalidVI"                                |
      | F04-N1~absente  | Conditions absentes | vi-conditions-absent    | "vi:InvalidVI" ou "wsse:InvalidSecurityToken" |
