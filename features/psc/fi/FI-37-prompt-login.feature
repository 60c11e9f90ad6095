# language: fr
@FI-37 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: La connexion est redemandée à qui le veut

  Avec prompt=login, la personne se reconnecte malgré sa session, et auth_time est celui de la nouvelle connexion.

  Scénario: FI-37-P, prompt=login redemande la connexion
    Étant donné une personne se connecte chez le fournisseur d'identité
    Quand deux secondes s'écoulent chez le fournisseur d'identité
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "prompt-login"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
