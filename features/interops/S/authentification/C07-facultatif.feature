# language: fr
@C07 @role:operateur-authentification @mode:S @observation
Fonctionnalité: Le jeton de contexte est facultatif quand les rôles coïncident

  Un opérateur qui identifie lui-même les personnes n'en demande pas.

  Scénario: C07-P, sans jeton de contexte, la personne passe
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Alors une réponse parvient au service "principal"
