# language: fr
@LPS-22 @role:lps @mode:- @majeure
Fonctionnalité: Le défi d'erreur est traité

  L'opérateur refuse tout jeton par le défi d'erreur de XOAUTH2. Une ligne vide, une annulation (*) et la fin de la
  liaison y répondent également ; rester devant, insister ou passer à un mot de passe, non.

  @seul
  Scénario: LPS-22-N1, défi d'erreur en IMAP
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et l'opérateur d'essai refuse au logiciel tout jeton
    Quand le logiciel ouvre la boîte
    Alors le logiciel répond au défi d'erreur, ou y renonce
    Et le logiciel n'insiste pas
    Et le logiciel ne se rabat sur aucun mot de passe
    Et le logiciel dit l'erreur
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-22-N2, défi d'erreur en soumission
    Étant donné le logiciel passe le témoin "envoi"
    Et l'épreuve du logiciel porte sur la soumission
    Et l'opérateur d'essai refuse au logiciel tout jeton
    Quand le logiciel envoie un message, variante "simple"
    Alors le logiciel répond au défi d'erreur, ou y renonce
    Et le logiciel n'insiste pas
    Et le logiciel ne se rabat sur aucun mot de passe
    Et le logiciel dit l'erreur
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
