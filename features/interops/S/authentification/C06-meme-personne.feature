# language: fr
@C06 @role:operateur-authentification @mode:S @bloquante @besoin:jeton-de-contexte
Fonctionnalité: La personne authentifiée est celle qui fut identifiée

  Personne d'autre ne s'authentifie à la suite d'un jeton de contexte.

  Scénario: C06-P, la personne identifiée s'authentifie et passe
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte
    Et la personne "agent-habilite" s'authentifie sur la page qui lui est montrée
    Et la personne "agent-habilite" demande le service "principal"
    Alors une réponse parvient au service "principal"
    Et les VI émis au fil des rebonds respectent "identite"

  @besoin:utilisateurs-multiples
  Scénario: C06-N1, une autre personne ne s'authentifie pas à sa place
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte
    Et la personne "agent-habilite" s'y authentifie sous l'identité de la personne "autre-agent"
    Et la personne "agent-habilite" demande le service "principal"
    Alors aucune réponse ne part de l'opérateur
    Et un appel honnête parvient de nouveau au partenaire
