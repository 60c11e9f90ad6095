# language: fr
@D02 @role:operateur-authentification @mode:S @bloquante @besoin:deconnexion-globale
Fonctionnalité: La demande de déconnexion est authentifiée

  Une LogoutRequest ne ferme rien si elle n'est signée par un membre, de fraîche date, et nouvelle.

  Scénario: D02-P, une demande honnête est suivie
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" se déconnecte du service "principal"
    Alors le service "principal" apprend une déconnexion entière

  Plan du Scénario: <cas>, une demande <defaut> ne ferme rien
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et le service "principal" demande la fin de la session de la personne "agent-habilite" avec la faute "<faute>"
    Alors la session de la personne "agent-habilite" tient toujours
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas            | defaut                  | faute                   |
      | D02-N1         | sans signature          | logout-signature-absent |
      | D02-N1~alteree | changée après signature | logout-altered          |
      | D02-N3         | expirée                 | logout-expired          |

  @besoin:organisme-exterieur
  Scénario: D02-N2, une demande d'un organisme hors de la sphère ne ferme rien
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et le service "principal" demande la fin de la session de la personne "agent-habilite" avec la faute "logout-issuer-outside"
    Alors la session de la personne "agent-habilite" tient toujours
    Et un appel honnête parvient de nouveau au partenaire

  Scénario: D02-N4, une demande déjà suivie ne ferme pas la session suivante
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" se déconnecte du service "principal"
    Et la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et le service "principal" redemande la fin de la session de la personne "agent-habilite" par la même demande
    Alors la session de la personne "agent-habilite" tient toujours
    Et un appel honnête parvient de nouveau au partenaire
