# language: fr
@X06 @role:client @mode:A @mode:P @mode:R @majeure @besoin:traces @besoin:panne-traces
Fonctionnalité: Une panne des traces suit la politique du profil

  En fail-closed, sans trace possible, aucun VI ne part et aucun message n'atteint l'application.
  # trace.onFailure = fail-closed : sans trace possible, aucun VI ne part.

  @besoin:traces-bloquantes @seul @role:operateur-identification @role:operateur-authentification @mode:S
  Scénario: X06-P, sans trace possible aucun appel ne part
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand la panne "traces" frappe le candidat
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors aucun appel ne part
    Et la panne "traces" est levée
    Et un appel honnête parvient de nouveau au partenaire

  @seul @role:operateur-identification @role:operateur-authentification @mode:S
  Scénario: X06-N1, aucun appel parti pendant la panne n'est resté sans trace
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand la panne "traces" frappe le candidat
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Et la panne "traces" est levée
    Alors aucun échange accepté n'est resté sans trace
    Et un appel honnête parvient de nouveau au partenaire
