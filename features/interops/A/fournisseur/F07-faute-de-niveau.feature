# language: fr
@F07 @role:fournisseur @mode:A @mineure
Fonctionnalité: Une erreur de niveau est annoncée

  Faute vi:InvalidAuthLevel quand la classe manque ou n'est pas convenue.

  Scénario: F07-P, une classe inconnue reçoit vi:InvalidAuthLevel
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-authncontext-unknown"
    Alors le candidat refuse le VI
    Et le code de faute est "vi:InvalidAuthLevel"
    Et un VI honnête est de nouveau accepté

  Scénario: F07-N1, une classe absente ne reçoit pas un autre code
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-authncontext-absent"
    Alors le candidat refuse le VI
    Et le code de faute est "vi:InvalidAuthLevel"
    Et un VI honnête est de nouveau accepté
