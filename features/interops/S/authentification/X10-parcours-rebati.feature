# language: fr
@X10 @role:operateur-authentification @mode:S @bloquante @besoin:traces @besoin:autre-organisme
Fonctionnalité: Le parcours entier se rebâtit d'après les traces

  Identification, authentification et rebonds d'une personne se retrouvent dans la trace de l'opérateur, dans
  l'ordre.

  @besoin:troisieme-service
  Scénario: X10-P, la trace raconte le parcours d'une personne, dans l'ordre
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "troisieme"
    Alors la trace du candidat met les étapes de la personne "agent-habilite" dans l'ordre

  Scénario: X10-N1, aucun rebond ne manque à la trace
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Alors la trace du candidat raconte chaque étape de la personne "agent-habilite"
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:jeton-de-contexte
  Scénario: X10-N1~identification, l'identification par un autre ne manque pas à la trace
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte
    Et la personne "agent-habilite" s'authentifie sur la page qui lui est montrée
    Et la personne "agent-habilite" demande le service "second"
    Alors la trace du candidat raconte chaque étape de la personne "agent-habilite"
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: X10-N2, l'ordre des étapes se décide
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Alors la trace du candidat met les étapes de la personne "agent-habilite" dans l'ordre
    Et un appel honnête parvient de nouveau au partenaire
