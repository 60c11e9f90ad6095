# language: fr
@D03 @role:operateur-authentification @mode:S @majeure @besoin:deconnexion-globale
Fonctionnalité: La demande de déconnexion vise la bonne session

  Un numéro de session inconnu, ou le nom d'une autre personne, ne ferme rien.

  Scénario: D03-P, la session nommée est fermée
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" se déconnecte du service "principal"
    Alors la session de la personne "agent-habilite" est close chez l'opérateur

  Plan du Scénario: <cas>, une demande <defaut> ne ferme rien
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et le service "principal" demande la fin de la session de la personne "agent-habilite" avec la faute "<faute>"
    Alors la session de la personne "agent-habilite" tient toujours
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas    | defaut                      | faute                  |
      | D03-N1 | au numéro inconnu           | logout-session-unknown |
      | D03-N2 | au nom d'une autre personne | logout-nameid-other    |
