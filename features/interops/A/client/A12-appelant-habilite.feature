# language: fr
@A12 @role:client @mode:A @bloquante
Fonctionnalité: Un VI n'est émis que pour un appelant habilité

  Sans droit, ou sans authentification de l'utilisateur, aucun appel ne part.

  Scénario: A12-P, l'appel d'un utilisateur habilité part
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme

  @besoin:agent-sans-droit
  Scénario: A12-N1, l'appel d'un utilisateur sans droit ne part pas
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-sans-droit"
    Alors aucun appel ne part
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:service-utilisateurs
  Scénario: A12-N2, l'appel d'un utilisateur non authentifié ne part pas
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'application appelle le service "principal" sans utilisateur authentifié
    Alors aucun appel ne part
    Et un appel honnête parvient de nouveau au partenaire
