# language: fr
@FI-46 @role:fournisseur-identite @mode:- @mineure @besoin:deconnexion-identite
Fonctionnalité: La déconnexion ne renvoie qu'aux adresses enregistrées

  Une adresse de retour qui n'est pas enregistrée n'est pas suivie, que la demande porte un jeton d'identité ou
  non.

  Scénario: FI-46-N1, une adresse inconnue n'est pas suivie après la déconnexion
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand Pro Santé Connect demande au fournisseur d'identité la déconnexion, variante "autre-retour"
    Alors le fournisseur d'identité ne renvoie pas à l'adresse de déconnexion demandée
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-46-N2, sans jeton d'identité, une adresse inconnue n'est pas suivie
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand Pro Santé Connect demande au fournisseur d'identité la déconnexion, variante "sans-jeton"
    Alors le fournisseur d'identité ne renvoie pas à l'adresse de déconnexion demandée
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
