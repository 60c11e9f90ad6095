# language: fr
@S13 @role:operateur-authentification @mode:S @bloquante @besoin:autre-organisme
Fonctionnalité: L'identité ne change pas au fil des rebonds

  La même personne partout, dans chaque navigateur la sienne.

  @besoin:troisieme-service
  Scénario: S13-P, la même identité à trois services
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "troisieme"
    Alors les VI émis au fil des rebonds respectent "identite"

  @besoin:utilisateurs-multiples
  Scénario: S13-N1, personne ne reprend en chemin la session d'une autre
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "autre-agent" prend la place de la personne "agent-habilite", sans déconnexion
    Et la personne "autre-agent" demande le service "second"
    Alors les VI émis au fil des rebonds respectent "session-propre"
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:utilisateurs-multiples
  Scénario: S13-N2, deux navigateurs entrelacés gardent chacun sa personne
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "autre-agent" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "autre-agent" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "autre-agent" demande le service "second"
    Alors les VI émis au fil des rebonds respectent "identite"
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:cookie-de-session @besoin:utilisateurs-multiples
  Scénario: S13-N2~fixation, un numéro de session posé par un tiers ne vaut rien
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie dans un navigateur où un tiers a posé un numéro de session
    Et le tiers demande le service "principal" avec ce numéro
    Alors aucune session ne vaut pour le tiers
    Et un appel honnête parvient de nouveau au partenaire
