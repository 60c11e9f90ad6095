# language: fr
@LPS-23 @role:lps @mode:- @majeure
Fonctionnalité: Un jeton périmé est renouvelé

  L'opérateur refuse les jetons déjà présentés, comme périmés.

  @seul
  Scénario: LPS-23-N1, en IMAP, un nouveau jeton
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et l'opérateur d'essai refuse au logiciel les jetons qu'il a déjà présentés
    Quand le logiciel relève la boîte
    Alors le logiciel s'est authentifié par un nouveau jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-23-N2, en soumission, un nouveau jeton
    Étant donné le logiciel passe le témoin "envoi"
    Et l'épreuve du logiciel porte sur la soumission
    Et l'opérateur d'essai refuse au logiciel les jetons qu'il a déjà présentés
    Quand le logiciel envoie un message, variante "simple"
    Alors le logiciel s'est authentifié par un nouveau jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
