# language: fr
@K04 @role:operateur-service @mode:S @majeure
Fonctionnalité: La sphère ne compte que des membres acceptés de tous

  Un nouvel organisme n'est membre, et rien de lui n'est admis, qu'une fois que toutes les parties l'ont accepté.


  @besoin:membre-recent
  Scénario: K04-P, le VI d'un membre accepté de tous est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand un membre accepté en cours de vie de la sphère envoie un VI honnête
    Alors le candidat accepte le VI

  @besoin:membre-non-accepte
  Scénario: K04-N1, le VI d'un membre que tous n'ont pas accepté est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-issuer-pending-member"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté
