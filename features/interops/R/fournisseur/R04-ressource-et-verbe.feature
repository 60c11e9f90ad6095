# language: fr
@R04 @role:fournisseur @mode:R @bloquante
Fonctionnalité: Les droits portent sur la ressource et le verbe

  Un verbe ou une ressource que les PAGM n'ouvrent pas sont refusés par 403.

  Scénario: R04-P, la ressource du PAGM s'ouvre à la lecture
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @besoin:ecriture-par-pagm
  Scénario: R04-P~ecriture, la ressource du PAGM s'ouvre à l'écriture là où il la permet
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client écrit dans la ressource que son PAGM ouvre
    Alors le candidat accepte le VI

  @besoin:operations-par-pagm
  Plan du Scénario: <cas>, un verbe que le PAGM n'ouvre pas (<verbe>) est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client demande la ressource par le verbe "<verbe>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas           | verbe  |
      | R04-N1        | POST   |
      | R04-N1~put    | PUT    |
      | R04-N1~delete | DELETE |

  @besoin:operations-par-pagm
  Scénario: R04-N2, la ressource d'un autre PAGM est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client demande une ressource qu'un autre PAGM ouvre
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté
