# language: fr
@V14 @role:fournisseur @mode:A @mode:P @majeure
Fonctionnalité: Tous les PAGM du VI sont pris en compte

  Plusieurs PAGM convenus ouvrent l'union de leurs droits ; une valeur inconnue ou répétée n'ouvre jamais de
  droit.

  @besoin:operations-par-pagm
  Scénario: V14-P, deux PAGM ouvrent l'union de leurs droits
    # Un même VI, deux appels : une opération ouverte par chacun des deux PAGM.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "deux-pagm"
    Alors le candidat accepte le VI

  Scénario: V14-N1, un PAGM inconnu à côté d'un PAGM convenu est traité comme la convention le dit
    # La convention dit s'il faut refuser le VI (par défaut) ou écarter la valeur inconnue.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-pagm-mixed"
    Alors le candidat applique la règle de la convention aux PAGM inconnus
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, <defaut> n'ouvre aucun droit de plus
    # Refuser le VI ou ignorer la valeur sont également sains ; l'écart est un droit ouvert sans PAGM convenu.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client demande une opération hors de ses PAGM, avec la faute "<faute>"
    Alors aucune opération n'est ouverte sans PAGM convenu
    Et un VI honnête est de nouveau accepté

    @besoin:operations-par-pagm @besoin:sonde
    Exemples:
      | cas          | defaut                                   | faute             |
      | V14-N1~droit | un PAGM inconnu à côté d'un PAGM convenu | vi-pagm-mixed     |
      | V14-N2       | un PAGM répété                           | vi-pagm-duplicate |
