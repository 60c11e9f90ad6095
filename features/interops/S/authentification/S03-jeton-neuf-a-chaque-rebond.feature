# language: fr
@S03 @role:operateur-authentification @mode:S @bloquante @besoin:autre-organisme
Fonctionnalité: Un jeton neuf à chaque rebond

  À chaque passage vers un service, l'opérateur fait un nouveau VI : ni le même renvoyé, ni un autre sous le
  même identifiant.

  @besoin:troisieme-service
  Scénario: S03-P, trois services reçoivent trois jetons
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "troisieme"
    Alors les VI émis au fil des rebonds respectent "nouveaux"

  Scénario: S03-N1, aucun jeton n'est renvoyé au même service
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "principal"
    Alors les VI émis au fil des rebonds respectent "nouveaux"
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:troisieme-service
  Scénario: S03-N2, aucun identifiant ne sert à deux jetons
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "troisieme"
    Alors les VI émis au fil des rebonds respectent "identifiants"
    Et un appel honnête parvient de nouveau au partenaire
