# language: fr
@LPS-09 @role:lps @mode:- @majeure
Fonctionnalité: Sans liste de révocation, rien ne s'ouvre

  Le logiciel a oublié ses listes, et la liste n'est plus servie.

  @seul @besoin:oubli
  Scénario: LPS-09-N, sans liste gardée ni servie, aucun jeton
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et le logiciel oublie ce qu'il sait des révocations
    Et les listes de révocation ne sont plus servies au logiciel
    Et l'opérateur d'essai présente au logiciel le certificat "liste-seule"
    Quand le logiciel ouvre la boîte
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et les listes de révocation sont servies au logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"
