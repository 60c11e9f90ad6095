# language: fr
@C08 @role:operateur-authentification @mode:S @majeure @besoin:jeton-de-contexte @besoin:autre-organisme
Fonctionnalité: Le niveau d'identification borne celui du VI

  Le niveau du VI est le plus faible de celui de l'identification et de celui de l'authentification.

  Scénario: C08-P, une identification forte laisse son niveau à l'authentification
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" arrive chez l'opérateur avec un jeton de contexte
    Et la personne "agent-habilite" s'authentifie sur la page qui lui est montrée
    Et la personne "agent-habilite" demande le service "second"
    Alors les VI émis au fil des rebonds respectent "niveau"

  @besoin:agent-fort
  Scénario: C08-N1, une identification faible n'est pas relevée
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-fort" arrive chez l'opérateur avec un jeton de contexte de faible niveau
    Et la personne "agent-fort" s'authentifie sur la page qui lui est montrée
    Et la personne "agent-fort" demande le service "second"
    Alors les VI émis au fil des rebonds respectent "niveau"
    Et un appel honnête parvient de nouveau au partenaire
