# language: fr
@T07 @role:operateur-authentification @mode:S @bloquante
Fonctionnalité: Aucun canal sans protection

  La page d'authentification n'est pas servie sans TLS, et aucun VI n'est confié à une adresse sans TLS.

  Scénario: T07-N1, la page d'authentification n'est pas servie sans TLS
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" appelle l'opérateur sans TLS
    Alors aucune page n'est servie sans TLS
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: T07-N2, aucun VI n'est confié à une adresse sans TLS
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Alors aucun VI n'est confié à une adresse sans TLS
    Et un appel honnête parvient de nouveau au partenaire
