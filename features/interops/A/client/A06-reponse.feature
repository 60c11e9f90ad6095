# language: fr
@A06 @role:client @mode:A @mineure
Fonctionnalité: La réponse revient inchangée et sans VI

  Réponse et faute métier reviennent telles quelles, avec leur statut HTTP, et la réponse ne porte pas de VI.

  Scénario: A06-P, la réponse revient inchangée et sans VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'application reçoit la réponse inchangée

  Scénario: A06-P~sans-vi, un VI dans la réponse ne parvient pas à l'application
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire répond avec la faute "answer-with-vi"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la réponse ne porte pas de VI
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: A06-N1, une faute métier n'est pas remplacée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire répond avec la faute "answer-business-fault"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'application reçoit la réponse inchangée
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: A06-N2, le statut HTTP n'est pas changé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire répond avec la faute "answer-http-status"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'application reçoit le statut HTTP du partenaire
    Et un appel honnête parvient de nouveau au partenaire
