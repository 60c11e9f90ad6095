# language: fr
@FI-32 @role:fournisseur-identite @mode:- @bloquante @besoin:deux-etablissements
Fonctionnalité: La personne ne choisit pas son établissement

  Une demande modifiée dans le navigateur pour désigner un autre établissement donne un jeton du sien, ou est
  refusée.

  Scénario: FI-32-N, une demande qui nomme un autre établissement n'y change rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand une personne modifie dans son navigateur la demande faite au fournisseur d'identité, variante "autre-etablissement"
    Alors le jeton d'identité reste celui de l'établissement de la personne
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
