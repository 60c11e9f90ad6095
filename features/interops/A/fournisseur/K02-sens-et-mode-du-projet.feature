# language: fr
@K02 @role:fournisseur @majeure
Fonctionnalité: Un projet est un mode dans un sens

  Le partenaire n'appelle ni dans le sens qu'aucun projet n'ouvre, ni avec le jeton d'un autre mode.

  @mode:A @mode:P
  Scénario: K02-P, l'appel dans le sens du projet est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @besoin:projet-inverse @mode:A @mode:P
  Scénario: K02-N1, un appel dans le sens qu'aucun projet n'ouvre est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "project-reversed"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

  @mode:A
  Scénario: K02-N2, le jeton du mode P est refusé d'un projet du mode A
    # Le mode P porte une Response SAML 2.0 ; elle contient ici une assertion par ailleurs bonne.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-in-saml-response"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté
