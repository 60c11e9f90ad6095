# language: fr
@F06 @role:fournisseur @mode:A @mineure
Fonctionnalité: Un client inconnu est annoncé

  Faute vi:InvalidIssuer quand l'organisme client est inconnu.

  Scénario: F06-P, un émetteur inconnu reçoit vi:InvalidIssuer
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-issuer-unknown"
    Alors le candidat refuse le VI
    Et le code de faute est "vi:InvalidIssuer"
    Et un VI honnête est de nouveau accepté

  @besoin:organisme-sans-projet
  Scénario: F06-N1, un organisme sans projet ne reçoit pas un autre code
    # Le SAE répond InvalidPagm quand le contrat est introuvable ; un service fermé à l'organisme s'annonce aussi
    # par InvalidService.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-issuer-without-project"
    Alors le candidat refuse le VI
    Et le code de faute est "vi:InvalidIssuer" ou "vi:InvalidService" ou "vi:InvalidPagm"
    Et un VI honnête est de nouveau accepté
