# language: fr
@LPS-07 @role:lps @mode:- @bloquante
Fonctionnalité: Un certificat révoqué est refusé

  La liaison sous ce certificat s'arrête avant le jeton.

  @seul
  Scénario: LPS-07-N1, révocation dite par une liste, en IMAP
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et l'opérateur d'essai présente au logiciel le certificat "revoque-liste"
    Quand le logiciel ouvre la boîte
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-07-N2, révocation dite par OCSP, en IMAP
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et l'opérateur d'essai présente au logiciel le certificat "revoque-ocsp"
    Quand le logiciel ouvre la boîte
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-07-N3, révocation dite par une liste, en soumission
    Étant donné le logiciel passe le témoin "envoi"
    Et l'épreuve du logiciel porte sur la soumission
    Et l'opérateur d'essai présente au logiciel le certificat "revoque-liste"
    Quand le logiciel envoie un message, variante "simple"
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"

  @seul
  Scénario: LPS-07-N4, révocation dite par OCSP, en soumission
    Étant donné le logiciel passe le témoin "envoi"
    Et l'épreuve du logiciel porte sur la soumission
    Et l'opérateur d'essai présente au logiciel le certificat "revoque-ocsp"
    Quand le logiciel envoie un message, variante "simple"
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
