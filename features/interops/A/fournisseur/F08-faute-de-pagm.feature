# language: fr
@F08 @role:fournisseur @mode:A @mineure
Fonctionnalité: Une erreur de PAGM est annoncée

  Faute vi:InvalidPagm quand le PAGM manque ou n'est pas convenu.

  Scénario: F08-P, un PAGM absent reçoit vi:InvalidPagm
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-pagm-absent"
    Alors le candidat refuse le VI
    Et le code de faute est "vi:InvalidPagm"
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, un PAGM fautif (<defaut>) ne reçoit pas un autre code
    # Le SAE répond InvalidIssuer quand le PAGM est introuvable : les deux correspondances paraissent échangées.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et le code de faute est "vi:InvalidPagm" ou "vi:InvalidIssuer"
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas               | defaut                 | faute                       |
      | F08-N1~inconnu    | inconnu                | vi-pagm-unknown             |
      | F08-N1~blanc      | valeurs blanches       | vi-pagm-blank               |
      | F08-N1~minuscules | attribut en minuscules | vi-pagm-attribute-lowercase |
