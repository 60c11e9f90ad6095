# language: fr
@K04 @role:operateur-identification @mode:S @majeure
Fonctionnalité: La sphère ne compte que des membres acceptés de tous

  Aucun jeton ne part vers un opérateur que toutes les parties n'ont pas accepté.

  Scénario: K04-P, un membre accepté de tous reçoit les personnes
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Alors le jeton de contexte parvient à l'opérateur, conforme

  @besoin:operateur-non-accepte
  Scénario: K04-N1, un opérateur que tous n'ont pas accepté ne reçoit personne
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Et la personne "agent-habilite" repart vers l'opérateur "nouveau"
    Alors aucun jeton de contexte ne part
    Et un appel honnête parvient de nouveau au partenaire
