# language: fr
@X11 @role:operateur-authentification @mode:S @mineure @besoin:traces @besoin:deconnexion-globale
Fonctionnalité: La déconnexion est tracée chez chaque membre

  L'opérateur trace la fin de la session de la personne.

  Scénario: X11-P, la déconnexion est tracée
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" se déconnecte du service "principal"
    Alors la trace du candidat dit la fin de la session de la personne "agent-habilite"

  @besoin:autre-organisme
  Scénario: X11-N1, la fin de la session ne manque pas à la trace
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Et la personne "agent-habilite" demande le service "second"
    Et la personne "agent-habilite" se déconnecte du service "second"
    Alors la trace du candidat dit la fin de la session de la personne "agent-habilite"
    Et un appel honnête parvient de nouveau au partenaire
