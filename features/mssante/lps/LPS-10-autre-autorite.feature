# language: fr
@LPS-10 @role:lps @mode:- @bloquante
Fonctionnalité: Seule l'IGC-Santé est admise

  La liaison sous ce certificat s'arrête avant le jeton.

  @seul
  Scénario: LPS-10-N1, autre autorité en IMAP
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et l'opérateur d'essai présente au logiciel le certificat "autre-autorite"
    Quand le logiciel ouvre la boîte
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-10-N2, certificat auto-signé en IMAP
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et l'opérateur d'essai présente au logiciel le certificat "auto-signe"
    Quand le logiciel ouvre la boîte
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-10-N3, autre autorité en soumission
    Étant donné le logiciel passe le témoin "envoi"
    Et l'épreuve du logiciel porte sur la soumission
    Et l'opérateur d'essai présente au logiciel le certificat "autre-autorite"
    Quand le logiciel envoie un message, variante "simple"
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
