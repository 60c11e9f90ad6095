# language: fr
@C04 @role:operateur-authentification @mode:S @majeure @besoin:jeton-de-contexte
Fonctionnalité: Le jeton de contexte vit peu et sert une fois

  Un jeton expiré, ou présenté une seconde fois, ne mène à rien.

  Scénario: C04-P, un jeton frais mène à l'authentification
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte
    Alors l'opérateur demande à la personne "agent-habilite" de s'authentifier

  Scénario: C04-N1, un jeton expiré ne mène à rien
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte et la faute "context-expired"
    Alors le jeton de contexte de la personne "agent-habilite" n'est pas retenu
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: C04-N2, un jeton déjà présenté ne mène à rien
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte
    Et la personne "agent-habilite" présente une seconde fois le même jeton de contexte
    Alors le jeton de contexte de la personne "agent-habilite" n'est pas retenu
    Et un appel honnête parvient de nouveau au partenaire
