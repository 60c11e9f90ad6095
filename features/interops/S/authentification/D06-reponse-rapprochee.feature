# language: fr
@D06 @role:operateur-authentification @mode:S @mineure @besoin:deconnexion-globale @besoin:autre-organisme
Fonctionnalité: La réponse de déconnexion est rapprochée de sa demande

  Une LogoutResponse qui répond à une autre demande ne vaut pas confirmation.

  Scénario: D06-P, une réponse à sa demande vaut confirmation
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" se déconnecte du service "second"
    Alors le service "second" apprend une déconnexion entière

  Scénario: D06-N1, une réponse à une autre demande n'en vaut pas
    Étant donné un appel honnête parvenu au partenaire
    Quand le service "principal" répond à une autre demande de déconnexion
    Et la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" se déconnecte du service "second"
    Alors le service "second" n'apprend pas une déconnexion entière
    Et un appel honnête parvient de nouveau au partenaire
