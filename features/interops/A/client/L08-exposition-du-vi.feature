# language: fr
@L08 @role:client @mode:A @mode:P @mode:R @majeure
Fonctionnalité: Le VI n'est jamais exposé

  Ni dans une adresse, ni dans un journal en clair, ni dans une page d'erreur.

  @role:operateur-authentification @mode:S
  Scénario: L08-P, le VI ne voyage que dans le message
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme
    Et le VI n'apparaît dans aucune adresse appelée

  @role:operateur-authentification @mode:S
  Scénario: L08-N1, le VI n'est pas dans l'adresse appelée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors le VI n'apparaît dans aucune adresse appelée

  @besoin:journaux @role:operateur-authentification @mode:S
  Scénario: L08-N2, les journaux ne gardent pas de VI signé entier
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors les journaux du candidat ne contiennent aucun VI signé entier

  Scénario: L08-N2~refus, l'erreur rendue à l'application ne contient pas le VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire répond avec la faute "answer-fault-invalid-vi"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la réponse ne contient pas le VI
    Et un appel honnête parvient de nouveau au partenaire
