# language: fr
@C02 @role:operateur-identification @mode:S @majeure
Fonctionnalité: Le jeton de contexte dit qui et comment

  Le jeton désigne la personne identifiée, le moyen employé, son niveau et l'instant, et ne part qu'après une
  identification.

  Scénario: C02-P, le jeton est complet et dit ce qui fut établi
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Alors le jeton de contexte parvient à l'opérateur, conforme
    Et le jeton de contexte émis dit ce qui fut établi

  Scénario: C02-P~nouveau, chaque départ a son jeton
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Et la personne "agent-habilite" repart vers l'opérateur "principal"
    Alors chaque jeton de contexte émis est nouveau

  Plan du Scénario: <cas>, le jeton <defaut>
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'identifie et part vers l'opérateur "principal"
    Alors le jeton de contexte émis respecte "<partie>"
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas                 | defaut                                      | partie       |
      | C02-N1              | n'est pas sans identité                     | identite     |
      | C02-N2              | dit le moyen, de ceux de la convention      | moyen        |
      | C02-N2~niveau       | dit le niveau que le moyen atteint          | niveau       |
      | C02-N2~instant      | dit l'instant de l'identification           | instant      |
      | C02-N2~destinataire | est destiné à l'opérateur choisi            | destinataire |
      | C02-N2~validite     | vit cinq minutes au plus                    | validite     |
      | C02-N2~signature    | est signé de la clé que la convention liste | signature    |

  @besoin:agent-fort
  Scénario: C02-N2~fort, un moyen faible n'est pas dit plus fort, ni l'inverse
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-fort" s'identifie et part vers l'opérateur "principal"
    Alors le jeton de contexte émis dit ce qui fut établi
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: C02-N3, sans identification, aucun jeton ne part
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" part vers l'opérateur "principal" sans s'être identifiée
    Alors aucun jeton de contexte ne part
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: C02-N3~secret, après une identification manquée, aucun jeton ne part
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" donne un secret faux et part vers l'opérateur "principal"
    Alors aucun jeton de contexte ne part
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:agent-fort @besoin:moyen-choisi
  Scénario: C02-N3~moyen, un moyen que la personne n'a pas ne l'identifie pas
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" prétend à un moyen plus fort que le sien et part vers l'opérateur "principal"
    Alors aucun jeton de contexte émis ne dit plus que le moyen de la personne
    Et un appel honnête parvient de nouveau au partenaire
