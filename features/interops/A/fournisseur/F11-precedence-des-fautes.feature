# language: fr
@F11 @role:fournisseur @mode:A @observation
Fonctionnalité: Deux défauts : la précédence est stable

  La signature est annoncée avant les dates, les dates avant l'audience : un message mal signé ne renseigne pas
  sur le reste.

  Scénario: F11-P, les dates sont annoncées avant l'audience
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI qui cumule les fautes "vi-audience-other-service, vi-window-expired"
    Alors le candidat refuse le VI
    Et le code de faute est "vi:InvalidVI"
    Et un VI honnête est de nouveau accepté

  Scénario: F11-N1, un VI mal signé et expiré n'est pas annoncé par ses dates
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI qui cumule les fautes "vi-window-expired, vi-signature-value-altered"
    Alors le candidat refuse le VI
    Et le code de faute est "wsse:FailedCheck"
    Et un VI honnête est de nouveau accepté
