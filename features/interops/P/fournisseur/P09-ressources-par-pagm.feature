# language: fr
@P09 @role:fournisseur @mode:P @bloquante @besoin:formulaire
Fonctionnalité: Les PAGM bornent ce qui peut être atteint

  Une page ne s'ouvre, et à un verbe HTTP, que si un PAGM du VI le permet.

  Scénario: P09-P, la page du PAGM s'ouvre
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @besoin:operations-par-pagm
  Scénario: P09-N1, la page d'un autre PAGM est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête
    Et le navigateur demande une page qu'un autre PAGM ouvre
    Alors le candidat refuse la page
    Et la sonde placée derrière le candidat n'a rien reçu du dernier appel
    Et un VI honnête est de nouveau accepté

  @besoin:operations-par-pagm
  Plan du Scénario: <cas>, un verbe que le PAGM n'ouvre pas (<verbe>) est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête
    Et le navigateur demande la page du service par le verbe "<verbe>"
    Alors le candidat refuse la page
    Et la sonde placée derrière le candidat n'a rien reçu du dernier appel
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas           | verbe  |
      | P09-N2        | POST   |
      | P09-N2~delete | DELETE |
