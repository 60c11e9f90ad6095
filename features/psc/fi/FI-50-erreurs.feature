# language: fr
@FI-50 @role:fournisseur-identite @mode:- @mineure
Fonctionnalité: Les erreurs sont celles de la norme, et ne montrent rien de plus

  Une demande mal faite donne une erreur de la RFC 6749, sans pile d'appels, et ne connecte personne.

  Scénario: FI-50-N1, une demande sans type de réponse donne une erreur
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "sans-type"
    Alors le fournisseur d'identité répond à la demande par une erreur propre
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-50-N2, un type de réponse inconnu donne une erreur
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "type-inconnu"
    Alors le fournisseur d'identité répond à la demande par une erreur propre
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-50-N3, des consignes contraires donnent une erreur
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "prompt-contraire"
    Alors le fournisseur d'identité répond à la demande par une erreur propre
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-50-N4, un octroi inconnu donne une erreur
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect envoie une requête fautive au fournisseur d'identité, variante "autre-octroi"
    Alors le fournisseur d'identité répond à la demande par une erreur propre
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-50-N5, une requête sans octroi donne une erreur
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect envoie une requête fautive au fournisseur d'identité, variante "sans-octroi"
    Alors le fournisseur d'identité répond à la demande par une erreur propre
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-50-N6, un code inventé donne une erreur
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect envoie une requête fautive au fournisseur d'identité, variante "code-invente"
    Alors le fournisseur d'identité répond à la demande par une erreur propre
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-50-N7, un client inconnu donne une page d'erreur
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "client-inconnu"
    Alors le fournisseur d'identité répond à la demande par une erreur propre
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
