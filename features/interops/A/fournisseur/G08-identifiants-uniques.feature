# language: fr
@G08 @role:fournisseur @role:operateur-service @bloquante
Fonctionnalité: Aucun identifiant en double dans le message

  ID, AssertionID, ds:Id, wsu:Id et xml:id sont uniques dans tout le message.

  @mode:A @mode:P @mode:R @mode:S
  Scénario: G08-P, des identifiants tous différents sont acceptés
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @mode:A @mode:P @mode:S
  Scénario: G08-N1, deux éléments de même identifiant font refuser le message
    # Même essai que G07-N4.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-wrapping-sibling-same-id"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

  @mode:R @besoin:assertion
  Scénario: G08-N1, deux assertions emboîtées de même identifiant font refuser le jeton
    # Le VI forgé porte la signature de l'original, qu'il contient, et son identifiant.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-wrapping-around-same-id"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté
