# language: fr
@FI-09 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: L'adresse de retour est comparée à l'échange du code

  L'échange qui nomme une autre adresse de retour que la demande ne donne aucun jeton.

  Scénario: FI-09-N, l'échange d'un code avec une autre adresse de retour ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "autre-retour"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
