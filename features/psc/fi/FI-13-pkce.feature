# language: fr
@FI-13 @role:fournisseur-identite @mode:- @majeure @besoin:pkce
Fonctionnalité: Le vérificateur de PKCE est vérifié

  Quand S256 est annoncé, un autre vérificateur que celui de la demande, ou aucun, ne donne aucun jeton.

  Scénario: FI-13-N1, un autre vérificateur ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "autre-verificateur"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-13-N2, l'absence de vérificateur ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "sans-verificateur"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
