# language: fr
@FI-38 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: Sans session, prompt=none ne connecte personne

  Une demande silencieuse, sans session, revient avec login_required, sans page.

  Scénario: FI-38-N, prompt=none sans session revient avec login_required
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "prompt-none"
    Alors le fournisseur d'identité répond que la connexion est nécessaire
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
