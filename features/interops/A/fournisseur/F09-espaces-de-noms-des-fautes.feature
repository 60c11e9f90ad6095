# language: fr
@F09 @role:fournisseur @mode:A @mineure
Fonctionnalité: Les espaces de noms des codes de faute sont exacts

  urn:iops:vi:faultcodes pour les codes vi, l'extension WS-Security 1.0 pour les codes wsse.

  Scénario: F09-P, un code vi porte l'espace de noms urn:iops:vi:faultcodes
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-window-expired"
    Alors le candidat refuse le VI
    Et la faute rendue respecte "espace-de-noms"
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, le code de la famille <famille> n'a pas un autre espace de noms
    # Un bon nom local dans un autre espace de noms est l'écart cherché.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la faute rendue respecte "espace-de-noms"
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas         | famille | faute                      |
      | F09-N1~wsse | wsse    | vi-signature-value-altered |
      | F09-N1~vi   | vi      | vi-pagm-absent             |
