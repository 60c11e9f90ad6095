# language: fr
@S19 @role:operateur-authentification @mode:S @mineure
Fonctionnalité: Le VI donne un numéro de session pour la déconnexion

  SessionIndex est présent, et propre à la session d'une personne.

  @besoin:autre-organisme
  Scénario: S19-P, chaque VI porte un numéro de session
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Alors les VI émis au fil des rebonds respectent "session-presente"

  Scénario: S19-N1, aucun VI n'est sans numéro de session
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Alors les VI émis au fil des rebonds respectent "session-presente"
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:utilisateurs-multiples
  Scénario: S19-N2, deux personnes n'ont pas le même numéro
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "autre-agent" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "autre-agent" demande le service "principal"
    Alors les VI émis au fil des rebonds respectent "session-propre"
    Et un appel honnête parvient de nouveau au partenaire
