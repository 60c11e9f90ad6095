# language: fr
@V10 @role:fournisseur @mode:A @mode:P @bloquante
Fonctionnalité: L'audience du VI désigne le service visé

  Contexte:
    Étant donné un VI honnête accepté par le candidat

  Scénario: V10-P, un VI honnête est accepté
    Alors la réponse métier est rendue

  Plan du Scénario: <cas>, <defaut>
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut            | faute                     |
      | V10-N1 | aucune audience   | vi-audience-absent        |
      | V10-N2 | un autre service  | vi-audience-other-service |
