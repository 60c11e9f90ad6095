# language: fr
@LPS-22 @role:lps @mode:- @majeure
Fonctionnalité: Le défi d'erreur est traité

  L'opérateur refuse tout jeton par le défi d'erreur de XOAUTH2.

  @seul
  Scénario: LPS-22-N1, défi d'erreur en IMAP
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et l'opérateur d'essai refuse au logiciel tout jeton
    Quand le logiciel ouvre la boîte
    Alors le logiciel répond au défi d'erreur par une ligne vide
    Et le logiciel n'essaie pas plus de deux fois
    Et le logiciel dit l'erreur
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-22-N2, défi d'erreur en soumission
    Étant donné le logiciel passe le témoin "envoi"
    Et l'épreuve du logiciel porte sur la soumission
    Et l'opérateur d'essai refuse au logiciel tout jeton
    Quand le logiciel envoie un message, variante "simple"
    Alors le logiciel répond au défi d'erreur par une ligne vide
    Et le logiciel n'essaie pas plus de deux fois
    Et le logiciel dit l'erreur
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
