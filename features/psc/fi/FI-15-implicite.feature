# language: fr
@FI-15 @role:fournisseur-identite @mode:- @mineure
Fonctionnalité: Aucun jeton ne passe par le navigateur

  Les demandes du flux implicite ne donnent aucun jeton dans l'adresse de retour.

  Scénario: FI-15-N1, une demande de jeton par le navigateur n'en donne pas
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "implicite-jeton"
    Alors le fournisseur d'identité ne rend ni jeton ni identité par le navigateur
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-15-N2, une demande d'identité et de jeton par le navigateur n'en donne pas
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "implicite-identite"
    Alors le fournisseur d'identité ne rend ni jeton ni identité par le navigateur
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
