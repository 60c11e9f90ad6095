# language: fr
@S10 @role:operateur-authentification @mode:S @mineure @besoin:demande-d-authentification
Fonctionnalité: ForceAuthn et IsPassive sont suivis

  Qui exige une nouvelle authentification l'obtient ; qui demande qu'aucune page ne soit montrée reçoit
  NoPassive plutôt qu'une page.

  Scénario: S10-P, une nouvelle authentification exigée a lieu, puis la réponse part
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et le service "principal" exige une nouvelle authentification de la personne "agent-habilite"
    Et la personne "agent-habilite" s'authentifie sur la page qui lui est montrée
    Alors une réponse parvient au service "principal"

  Scénario: S10-N1, une authentification exigée n'est pas remplacée par la session
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et le service "principal" exige une nouvelle authentification de la personne "agent-habilite"
    Alors l'opérateur demande à la personne "agent-habilite" de s'authentifier
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: S10-N2, aucune page n'est montrée à qui le service veut l'épargner
    Étant donné un appel honnête parvenu au partenaire
    Quand le service "principal" demande la personne "agent-habilite" sans qu'une page lui soit montrée
    Alors l'opérateur ne montre aucune page d'authentification à la personne "agent-habilite"
    Et le service apprend qu'une authentification serait nécessaire
    Et un appel honnête parvient de nouveau au partenaire
