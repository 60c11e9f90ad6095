# language: fr
@K01 @role:fournisseur @mode:A @mode:P @bloquante
Fonctionnalité: Aucun échange sans convention en vigueur

  Sans projet entre les deux organismes, avant son début ou après sa fin, l'échange est refusé par le fournisseur
  et ne part pas du client.

  Scénario: K01-P, l'échange d'un projet en vigueur est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @besoin:organisme-sans-projet
  Scénario: K01-N1, un organisme sans projet avec le candidat est refusé
    # Même essai que V04-N3.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-issuer-without-project"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, l'échange d'un projet <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    @besoin:projet-termine
    Exemples:
      | cas    | defaut              | faute         |
      | K01-N2 | clos par un avenant | project-ended |

    @besoin:projet-futur
    Exemples:
      | cas    | defaut               | faute          |
      | K01-N3 | qui n'a pas commencé | project-future |
