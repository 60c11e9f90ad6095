# language: fr
@G09 @role:fournisseur @role:operateur-service @bloquante
Fonctionnalité: L'analyseur XML est durci

  Ni DTD, ni entité externe, ni expansion d'entités, ni attribut démesuré : le message est refusé sans dommage.

  @mode:A @mode:P @mode:R @mode:S
  Scénario: G09-P, un message ordinaire est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @mode:A @mode:P @mode:R @mode:S
  Plan du Scénario: <cas>, un message <defaut> est refusé
    # Tout statut 4xx ou 5xx convient.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                | faute                |
      | G09-N1 | à entité externe      | xml-external-entity  |
      | G09-N2 | à expansion d'entités | xml-entity-expansion |
      | G09-N3 | à DTD                 | xml-doctype          |

  @mode:A @mode:P @mode:S
  Scénario: G09-N4, un message à attribut de 10 Mo est refusé
    # Le refus peut être fait par la limite de taille, avant toute lecture : aucune trace n'est demandée.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "xml-attribute-10mb"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté
