# language: fr
@FI-44 @role:fournisseur-identite @mode:- @mineure
Fonctionnalité: max_age=0 redemande toujours la connexion

  Avec max_age=0, la personne se reconnecte, si récente que soit sa session.

  Scénario: FI-44-N, max_age=0 redemande la connexion
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand deux secondes s'écoulent chez le fournisseur d'identité
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "max-age-0"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
