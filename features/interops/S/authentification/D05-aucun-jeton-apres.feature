# language: fr
@D05 @role:operateur-authentification @mode:S @bloquante @besoin:deconnexion-globale
Fonctionnalité: Aucun jeton après la déconnexion

  Un rebond qui suit une déconnexion demande une authentification.

  Scénario: D05-P, le rebond qui suit demande une authentification
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" se déconnecte du service "principal"
    Et la personne "agent-habilite" demande le service "principal"
    Alors l'opérateur demande à la personne "agent-habilite" de s'authentifier

  Scénario: D05-N1, aucun jeton ne part sans page après la déconnexion
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" se déconnecte du service "principal"
    Et la personne "agent-habilite" demande le service "principal"
    Alors aucune réponse ne part de l'opérateur
    Et un appel honnête parvient de nouveau au partenaire
