# language: fr
@L08 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure
Fonctionnalité: Le VI n'est jamais exposé

  Ni dans une adresse, ni dans un journal en clair, ni dans une page d'erreur.

  Scénario: L08-P, la réponse à un VI honnête ne l'expose pas
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI
    Et la réponse ne contient pas le VI

  Scénario: L08-N1, un VI porté par l'adresse n'ouvre rien
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "vi-in-query-string"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

  Scénario: L08-N2, une réponse de refus ne contient pas le VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-audience-other-service"
    Alors la réponse ne contient pas le VI
    Et un VI honnête est de nouveau accepté

  @besoin:journaux
  Scénario: L08-N2~journaux, les journaux ne gardent pas de VI signé entier
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors les journaux du candidat ne contiennent aucun VI signé entier
