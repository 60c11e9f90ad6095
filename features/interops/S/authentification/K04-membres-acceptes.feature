# language: fr
@K04 @role:operateur-authentification @mode:S @majeure
Fonctionnalité: La sphère ne compte que des membres acceptés de tous

  Rien ne part vers un organisme que toutes les parties n'ont pas accepté.

  Scénario: K04-P, un membre accepté de tous est servi
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Alors une réponse parvient au service "principal"

  @besoin:membre-non-accepte
  Scénario: K04-N1, un organisme que tous n'ont pas accepté n'est pas servi
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "nouveau"
    Alors aucune réponse ne part de l'opérateur
    Et un appel honnête parvient de nouveau au partenaire
