# language: fr
@P04 @role:fournisseur @mode:P @majeure
Fonctionnalité: Le transport convenu, et lui seul

  La Response n'est reçue que par le transport convenu (formulaire POST, ou en-tête), une fois, en base64, dans une
  taille raisonnable.
  # Le VI lui-même est bon : seul son acheminement est fautif.

  Scénario: P04-P, la Response est reçue par le transport convenu
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, une Response <defaut> est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                      | faute                    |
      | P04-N2 | qui n'est pas du base64     | response-base64-broken   |
      | P04-N3 | donnée deux fois            | response-parameter-twice |

    @besoin:formulaire
    Exemples:
      | cas    | defaut                                | faute            |
      | P04-N1 | présentée par GET                     | response-by-get  |
      | P04-N4 | dans un formulaire de plus d'un mégaoctet | response-overlong |
