# language: fr
@S01 @role:operateur-authentification @mode:S @bloquante
Fonctionnalité: Aucun jeton sans authentification par cet opérateur

  L'opérateur n'émet un VI que pour une personne qu'il vient d'authentifier, dans une session qui vit encore.

  Scénario: S01-P, une connexion, puis un jeton
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Alors une réponse parvient au service "principal"

  Scénario: S01-N1, sans connexion, aucun jeton ne part
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" demande le service "principal"
    Alors aucune réponse ne part de l'opérateur
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:horloge @besoin:autre-organisme @seul
  Scénario: S01-N2, la session de l'opérateur passée, aucun jeton ne part
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et l'horloge du candidat est portée "apres-toute-session"
    Et la personne "agent-habilite" demande le service "second"
    Alors aucune réponse ne part de l'opérateur
    Et l'horloge du candidat est rendue
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: S01-N3, après une connexion manquée, aucun jeton ne part
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur avec un secret faux
    Et la personne "agent-habilite" demande le service "principal"
    Alors aucune réponse ne part de l'opérateur
    Et un appel honnête parvient de nouveau au partenaire
