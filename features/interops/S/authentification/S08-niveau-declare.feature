# language: fr
@S08 @role:operateur-authentification @mode:S @bloquante @besoin:autre-organisme
Fonctionnalité: Le niveau annoncé est vrai

  La classe d'authentification du VI est celle du moyen employé dans cette session, ni plus haute, ni celle
  d'une autre.

  Scénario: S08-P, la classe est celle du moyen employé
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "second"
    Alors les VI émis au fil des rebonds respectent "niveau"

  Scénario: S08-N1, aucune classe n'est plus haute que le moyen
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Alors les VI émis au fil des rebonds respectent "niveau"
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:agent-fort
  Scénario: S08-N2, le niveau d'une autre session n'est pas emprunté
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-fort" s'authentifie chez l'opérateur
    Et la personne "agent-fort" demande le service "second"
    Et la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-fort" demande le service "second"
    Alors les VI émis au fil des rebonds respectent "niveau"
    Et un appel honnête parvient de nouveau au partenaire
