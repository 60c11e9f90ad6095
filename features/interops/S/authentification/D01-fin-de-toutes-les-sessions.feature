# language: fr
@D01 @role:operateur-authentification @mode:S @bloquante @besoin:deconnexion-globale @besoin:autre-organisme
Fonctionnalité: Une déconnexion quelque part ferme toutes les sessions de la personne

  Chaque service visité apprend la fin de la session, celle de l'opérateur finit aussi, et celles des autres
  personnes vivent.

  @besoin:troisieme-service
  Scénario: D01-P, déconnectée du deuxième de trois services, la personne l'est partout
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "troisieme"
    Et la personne "agent-habilite" se déconnecte du service "second"
    Alors chaque autre service visité apprend la fin de la session de la personne "agent-habilite"
    Et le service "second" apprend une déconnexion entière

  @besoin:deconnexion-chez-l-operateur
  Scénario: D01-P~operateur, déconnectée chez l'opérateur, la personne l'est partout
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" se déconnecte chez l'opérateur
    Alors chaque autre service visité apprend la fin de la session de la personne "agent-habilite"

  Scénario: D01-N1, aucune session de service ne survit
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" se déconnecte du service "second"
    Alors chaque autre service visité apprend la fin de la session de la personne "agent-habilite"
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: D01-N2, la session de l'opérateur ne survit pas
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" se déconnecte du service "second"
    Alors la session de la personne "agent-habilite" est close chez l'opérateur
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:utilisateurs-multiples
  Scénario: D01-N3, les sessions des autres personnes vivent
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "autre-agent" s'authentifie chez l'opérateur
    Et la personne "autre-agent" demande le service "principal"
    Et la personne "agent-habilite" se déconnecte du service "second"
    Alors la session de la personne "autre-agent" tient toujours
    Et un appel honnête parvient de nouveau au partenaire
