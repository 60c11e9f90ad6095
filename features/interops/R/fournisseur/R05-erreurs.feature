# language: fr
@R05 @role:fournisseur @mode:R @mineure
Fonctionnalité: Les erreurs se lisent par une machine, et restent discrètes

  Un refus est un 401 ou un 403 en JSON avec un code ; il ne recopie pas le jeton.

  Plan du Scénario: <cas>, le refus d'un jeton (<defaut>) se lit par une machine
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le refus rendu respecte "<aspect>"
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas              | defaut           | faute                     | aspect |
      | R05-P            | audience fautive | vi-audience-other-service | json   |
      | R05-P~pagm       | PAGM inconnu     | vi-pagm-unknown           | json   |
      | R05-N1           | audience fautive | vi-audience-other-service | statut |
      | R05-N1~sans-pagm | PAGM absent      | vi-pagm-absent            | statut |

  Scénario: R05-N2, un refus ne recopie pas le jeton et ne montre pas l'intérieur du programme
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-window-expired"
    Alors le refus rendu respecte "discretion"
    Et un VI honnête est de nouveau accepté
