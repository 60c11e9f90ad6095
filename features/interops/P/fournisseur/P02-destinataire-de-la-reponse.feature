# language: fr
@P02 @role:fournisseur @mode:P @majeure
Fonctionnalité: La Response est adressée au point de réception qui la reçoit

  Destination est l'adresse du point de réception, et l'émetteur de la Response est celui du VI.

  Scénario: P02-P, une Response à la bonne adresse est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, une Response <defaut> est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                            | faute                       |
      | P02-N1 | adressée ailleurs                 | response-destination-other  |
      | P02-N2 | qui ne dit pas à qui elle s'adresse | response-destination-absent |

    @besoin:tiers
    Exemples:
      | cas    | defaut                                   | faute                 |
      | P02-N3 | d'un autre émetteur que le VI qu'elle contient | response-issuer-other |
