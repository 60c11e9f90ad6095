# language: fr
@X10 @role:operateur-identification @mode:S @bloquante @besoin:traces
Fonctionnalité: Le parcours entier se rebâtit d'après les traces

  L'identification d'une personne et son départ se retrouvent dans la trace de l'opérateur, à leur heure.

  Scénario: X10-P, la trace raconte l'identification
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Alors la trace du candidat met les étapes de la personne "agent-habilite" dans l'ordre

  Scénario: X10-N1, aucun départ ne manque à la trace
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Et la personne "agent-habilite" repart vers l'opérateur "principal"
    Alors la trace du candidat raconte chaque étape de la personne "agent-habilite"
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: X10-N2, l'heure de la trace est celle du départ
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Alors l'horodatage de la trace s'écarte du nôtre de moins que la dérive admise
    Et un appel honnête parvient de nouveau au partenaire
