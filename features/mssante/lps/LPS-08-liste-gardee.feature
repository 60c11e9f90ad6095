# language: fr
@LPS-08 @role:lps @mode:- @majeure
Fonctionnalité: La liste de révocation est gardée

  La révocation ne se lit que dans une liste, lue une fois ; quand elle n'est plus servie, le logiciel se connecte encore.
  Qui ne l'a jamais lue n'a rien montré.

  @seul
  Scénario: LPS-08-P, la dernière liste valable sert encore
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'opérateur d'essai présente au logiciel le certificat "liste-seule"
    Et le logiciel passe le témoin "ouverture"
    Et le logiciel a lu la liste de révocation
    Quand les listes de révocation ne sont plus servies au logiciel
    Et l'opérateur d'essai rompt les liaisons du logiciel
    Et l'opérateur d'essai présente au logiciel le certificat "liste-seule"
    Et le logiciel ouvre la boîte
    Alors le logiciel s'est authentifié en IMAP
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"
