# language: fr
@S12 @role:operateur-authentification @mode:S @majeure @besoin:autre-organisme
Fonctionnalité: L'instant d'authentification est celui de la connexion initiale

  AuthnInstant ne bouge pas d'un rebond à l'autre.

  @besoin:troisieme-service
  Scénario: S12-P, trois rebonds, un seul instant
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "troisieme"
    Alors les VI émis au fil des rebonds respectent "instant-initial"

  Scénario: S12-N1, l'instant n'est pas celui du rebond
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "principal"
    Alors les VI émis au fil des rebonds respectent "instant-initial"
    Et un appel honnête parvient de nouveau au partenaire
