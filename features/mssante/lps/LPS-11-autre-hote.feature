# language: fr
@LPS-11 @role:lps @mode:- @bloquante
Fonctionnalité: Le nom du serveur est contrôlé

  La liaison sous ce certificat s'arrête avant le jeton.

  @seul
  Scénario: LPS-11-N1, certificat d'un autre hôte en IMAP
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et l'opérateur d'essai présente au logiciel le certificat "autre-hote"
    Quand le logiciel ouvre la boîte
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-11-N2, certificat d'un autre hôte en soumission
    Étant donné le logiciel passe le témoin "envoi"
    Et l'épreuve du logiciel porte sur la soumission
    Et l'opérateur d'essai présente au logiciel le certificat "autre-hote"
    Quand le logiciel envoie un message, variante "simple"
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
