# language: fr
@S18 @role:operateur-authentification @mode:S @majeure
Fonctionnalité: Les PAGM suivent les règles de la sphère

  Le VI ne porte que les PAGM que la personne tient pour le service demandé, quoi qu'elle réclame.

  Scénario: S18-P, le VI porte le PAGM convenu
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Alors les VI émis au fil des rebonds respectent "pagm"
    Et l'appel parvient au partenaire avec un VI conforme

  @besoin:autre-organisme
  Scénario: S18-N1, aucun PAGM d'un service qui n'est pas demandé
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Alors les VI émis au fil des rebonds respectent "pagm"
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:agent-sans-droit
  Scénario: S18-N1~sans-droit, qui n'a aucun droit n'en reçoit pas
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-sans-droit" s'authentifie chez l'opérateur
    Et la personne "agent-sans-droit" demande le service "principal"
    Alors aucune réponse ne part de l'opérateur
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: S18-N2, un PAGM réclamé par la personne n'est pas donné
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal" en réclamant un PAGM
    Alors les VI émis au fil des rebonds respectent "pagm"
    Et un appel honnête parvient de nouveau au partenaire
