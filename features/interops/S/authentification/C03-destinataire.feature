# language: fr
@C03 @role:operateur-authentification @mode:S @majeure @besoin:jeton-de-contexte
Fonctionnalité: Le jeton de contexte est destiné à cet opérateur

  Un jeton fait pour un autre opérateur d'authentification ne mène à rien.

  Scénario: C03-P, un jeton à son nom mène à l'authentification
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte
    Alors l'opérateur demande à la personne "agent-habilite" de s'authentifier

  @besoin:autre-operateur
  Scénario: C03-N1, un jeton destiné à un autre ne mène à rien
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte et la faute "context-audience-other"
    Alors le jeton de contexte de la personne "agent-habilite" n'est pas retenu
    Et un appel honnête parvient de nouveau au partenaire
