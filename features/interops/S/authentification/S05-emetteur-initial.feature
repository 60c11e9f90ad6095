# language: fr
@S05 @role:operateur-authentification @mode:S @bloquante @besoin:autre-organisme
Fonctionnalité: L'émetteur reste l'opérateur qui a authentifié

  C'est l'opérateur d'authentification initial qui émet à chaque rebond, même quand un autre a identifié la
  personne ; le service visité n'émet rien.

  @besoin:troisieme-service
  Scénario: S05-P, l'opérateur émet à chaque rebond
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "troisieme"
    Alors les VI émis au fil des rebonds respectent "emetteur"

  Scénario: S05-N1, aucun service visité ne passe pour l'émetteur
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "principal"
    Alors les VI émis au fil des rebonds respectent "emetteur"
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:jeton-de-contexte
  Scénario: S05-N2, l'opérateur d'identification ne passe pas pour l'émetteur
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte
    Et la personne "agent-habilite" s'authentifie sur la page qui lui est montrée
    Et la personne "agent-habilite" demande le service "principal"
    Alors les VI émis au fil des rebonds respectent "emetteur"
    Et un appel honnête parvient de nouveau au partenaire
