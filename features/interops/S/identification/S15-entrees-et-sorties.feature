# language: fr
@S15 @role:operateur-identification @mode:S @mineure
Fonctionnalité: Membres et services changent en cours de vie

  Un opérateur d'authentification compte tant qu'il est membre, et ne reçoit plus de jeton dès sa sortie.

  Scénario: S15-P, un membre en exercice reçoit les personnes
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Alors le jeton de contexte parvient à l'opérateur, conforme

  @besoin:operateur-retire
  Scénario: S15-N1, un membre sorti ne reçoit plus personne
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Et la personne "agent-habilite" repart vers l'opérateur "retire"
    Alors aucun jeton de contexte ne part
    Et un appel honnête parvient de nouveau au partenaire
