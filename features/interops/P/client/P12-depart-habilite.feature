# language: fr
@P12 @role:client @mode:P @bloquante
Fonctionnalité: Seul sort un agent connecté chez lui et habilité

  Le portail de l'organisme client n'émet de VI que pour un agent dont la session est ouverte et qui détient un
  PAGM du service.

  Scénario: P12-P, l'agent connecté et habilité atteint le partenaire
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme

  @besoin:service-utilisateurs
  Scénario: P12-N1, sans session d'origine rien ne part
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" sans utilisateur authentifié
    Alors aucun appel ne part
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:horloge @besoin:session-d-origine @seul
  Scénario: P12-N2, une session d'origine expirée ne fait rien partir
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et l'horloge du candidat est portée "apres-la-session-d-origine"
    Et il demande le service "principal"
    Alors aucun appel ne part
    Et l'horloge du candidat est rendue
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:agent-sans-droit
  Scénario: P12-N3, un agent sans PAGM ne sort pas
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-sans-droit"
    Alors aucun appel ne part
    Et un appel honnête parvient de nouveau au partenaire
