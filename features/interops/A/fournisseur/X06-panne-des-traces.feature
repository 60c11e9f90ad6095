# language: fr
@X06 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure @besoin:traces @besoin:panne-traces
Fonctionnalité: Une panne des traces suit la politique du profil

  En fail-closed, sans trace possible, aucun VI ne part et aucun message n'atteint l'application.
  # trace.onFailure = fail-closed : le refus lui-même est sain sans trace.

  @besoin:traces-bloquantes @seul
  Scénario: X06-P, sans trace possible le message est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand la panne "traces" frappe le candidat
    Et l'organisme client envoie un VI honnête
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la panne "traces" est levée
    Et un VI honnête est de nouveau accepté

  @seul
  Scénario: X06-N1, aucun échange accepté pendant la panne n'est resté sans trace
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand la panne "traces" frappe le candidat
    Et l'organisme client envoie un VI honnête
    Et la panne "traces" est levée
    Alors aucun échange accepté n'est resté sans trace
    Et un VI honnête est de nouveau accepté
