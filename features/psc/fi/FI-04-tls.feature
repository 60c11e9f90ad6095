# language: fr
@FI-04 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: TLS 1.0 et TLS 1.1 sont refusés

  Une liaison offerte dans ces seules versions est refusée.

  Scénario: FI-04-N1, une liaison en TLS 1.0 est refusée
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand le fournisseur d'identité refuse une liaison en "TLS 1.0"
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-04-N2, une liaison en TLS 1.1 est refusée
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand le fournisseur d'identité refuse une liaison en "TLS 1.1"
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
