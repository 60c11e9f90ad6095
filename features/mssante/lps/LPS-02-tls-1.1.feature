# language: fr
@LPS-02 @role:lps @mode:- @bloquante
Fonctionnalité: Le logiciel refuse TLS 1.1

  Devant un opérateur qui ne parle que TLS 1.1, aucun jeton n'est présenté ; l'opérateur redevenu honnête, tout reprend.

  @seul
  Scénario: LPS-02-N1, l'IMAP sous TLS 1.1 est refusé
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'épreuve du logiciel porte sur l'IMAP
    Et l'opérateur d'essai ne parle au logiciel que TLS 1.1
    Quand le logiciel ouvre la boîte
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-02-N2, la soumission sous TLS 1.1 est refusée
    Étant donné le logiciel passe le témoin "envoi"
    Et l'épreuve du logiciel porte sur la soumission
    Et l'opérateur d'essai ne parle au logiciel que TLS 1.1
    Quand le logiciel envoie un message, variante "simple"
    Alors le logiciel n'a présenté aucun jeton
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
