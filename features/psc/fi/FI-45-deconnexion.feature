# language: fr
@FI-45 @role:fournisseur-identite @mode:- @mineure
Fonctionnalité: La déconnexion ferme la session

  Une adresse de déconnexion est annoncée ; après elle, une demande silencieuse revient avec login_required.

  Scénario: FI-45-P, après la déconnexion, plus de session
    Étant donné une personne se connecte chez le fournisseur d'identité
    Quand Pro Santé Connect demande au fournisseur d'identité la déconnexion, variante "simple"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "prompt-none"
    Alors le fournisseur d'identité répond que la connexion est nécessaire
