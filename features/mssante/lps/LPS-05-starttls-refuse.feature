# language: fr
@LPS-05 @role:lps @mode:- @bloquante
Fonctionnalité: STARTTLS refusé arrête le logiciel

  Le serveur offre STARTTLS, puis le refuse : aucun jeton ne part.

  @seul
  Scénario: LPS-05-N1, STARTTLS refusé en IMAP
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et l'opérateur d'essai refuse STARTTLS au logiciel
    Quand le logiciel ouvre la boîte
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-05-N2, STARTTLS refusé en soumission
    Étant donné le logiciel passe le témoin "envoi"
    Et l'épreuve du logiciel porte sur la soumission
    Et l'opérateur d'essai refuse STARTTLS au logiciel
    Quand le logiciel envoie un message, variante "simple"
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
