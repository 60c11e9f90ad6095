# language: fr
@LPS-04 @role:lps @mode:- @bloquante
Fonctionnalité: STARTTLS ôté arrête le logiciel

  Un intermédiaire ôte STARTTLS de l'annonce : aucun jeton ne part.

  @seul
  Scénario: LPS-04-N1, sans STARTTLS en IMAP, aucun jeton
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et l'opérateur d'essai n'offre plus STARTTLS au logiciel
    Quand le logiciel ouvre la boîte
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-04-N2, sans STARTTLS en soumission, aucun jeton
    Étant donné le logiciel passe le témoin "envoi"
    Et l'épreuve du logiciel porte sur la soumission
    Et l'opérateur d'essai n'offre plus STARTTLS au logiciel
    Quand le logiciel envoie un message, variante "simple"
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
