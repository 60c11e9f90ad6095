# language: fr
@FI-12 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le jeton d'identité porte le nonce de sa demande

  La valeur nonce de la demande est dans le jeton d'identité, y compris quand une session évite à la personne de
  se reconnecter.

  Scénario: FI-12-P1, le jeton d'identité porte le nonce de la demande
    Quand une personne se connecte chez le fournisseur d'identité
    Alors le jeton d'identité porte la valeur nonce de la demande

  Scénario: FI-12-P2, dans une session, le jeton d'identité porte le nonce de la seconde demande
    Étant donné une personne se connecte chez le fournisseur d'identité
    Quand Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le jeton d'identité porte la valeur nonce de la demande
