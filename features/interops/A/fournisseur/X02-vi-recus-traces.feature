# language: fr
@X02 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @bloquante @besoin:traces
Fonctionnalité: Chaque VI reçu est tracé

  Accepté, refusé ou illisible, tout VI reçu laisse une trace.

  Scénario: X02-P, un VI accepté est tracé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI
    Et la trace du candidat nomme le VI accepté

  Plan du Scénario: <cas>, un VI refusé (<defaut>) est tracé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas              | defaut    | faute                      |
      | X02-N1           | audience  | vi-audience-other-service  |
      | X02-N1~signature | signature | vi-signature-value-altered |
      | X02-N1~dates     | dates     | vi-window-expired          |
      | X02-N1~pagm      | PAGM      | vi-pagm-unknown            |

  Plan du Scénario: <cas>, un VI illisible (<defaut>) laisse une trace
    # Le rapprochement se fait par X-Request-Id, sinon par l'heure.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas           | defaut                 | faute              |
      | X02-N2        | XML mal formé          | vi-xml-malformed   |
      | X02-N2~espace | espace de noms inconnu | vi-namespace-wrong |
