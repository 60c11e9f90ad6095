# language: fr
@FI-14 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: Un client inconnu n'est renvoyé nulle part

  Une demande d'un client inconnu mène à une page d'erreur, sans redirection.

  Scénario: FI-14-N, la demande d'un client inconnu ne renvoie nulle part
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "client-inconnu"
    Alors le fournisseur d'identité ne renvoie pas à l'adresse demandée
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
