# language: fr
@D04 @role:operateur-authentification @mode:S @majeure @besoin:deconnexion-globale @besoin:autre-organisme
Fonctionnalité: Un échec partiel est annoncé

  Quand un service ne ferme pas sa session, qui a demandé apprend que la déconnexion est partielle, et les
  autres services sont prévenus tout de même.

  Scénario: D04-P, le service qui a demandé apprend une déconnexion partielle
    Étant donné un appel honnête parvenu au partenaire
    Quand le service "principal" est en panne de déconnexion
    Et la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" se déconnecte du service "second"
    Alors le service "second" apprend une déconnexion partielle

  Scénario: D04-N1, aucun succès n'est annoncé
    Étant donné un appel honnête parvenu au partenaire
    Quand le service "principal" est en panne de déconnexion
    Et la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" se déconnecte du service "second"
    Alors le service "second" n'apprend pas une déconnexion entière
    Et un appel honnête parvient de nouveau au partenaire

  @besoin:deconnexion-chez-l-operateur
  Plan du Scénario: <cas>, la chaîne ne s'arrête pas au service <rang> qui ne répond pas
    Étant donné un appel honnête parvenu au partenaire
    Quand le service "<panne>" est en panne de déconnexion
    Et la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "<panne>"
    Et la personne "agent-habilite" demande le service "<autre>"
    Et la personne "agent-habilite" se déconnecte chez l'opérateur
    Alors le service "<autre>" est prévenu de la fin de la session
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas          | rang              | panne     | autre     |
      | D04-N2       | visité le premier | principal | second    |
      | D04-N2~autre | visité le dernier | second    | principal |
