# language: fr
@V20 @role:operateur-authentification @mode:S @majeure
Fonctionnalité: Les valeurs émises viennent de la session réelle

  L'instant d'authentification est celui de la connexion, non une constante.

  @besoin:horloge @besoin:utilisateurs-multiples @seul
  Scénario: V20-N1, l'instant d'authentification n'est pas une constante
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et l'horloge du candidat est portée "dix-minutes-apres"
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "autre-agent" s'authentifie chez l'opérateur
    Et la personne "autre-agent" demande le service "principal"
    Alors le VI émis reprend "instant" de la session de l'utilisateur
    Et l'horloge du candidat est rendue
    Et un appel honnête parvient de nouveau au partenaire
