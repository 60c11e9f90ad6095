# language: fr
@LPS-01 @role:lps @mode:- @bloquante
Fonctionnalité: Le logiciel parle TLS 1.2

  Devant un opérateur qui ne parle que TLS 1.2, la boîte s'ouvre et le message part.

  @seul
  Scénario: LPS-01-P1, la boîte s'ouvre sous TLS 1.2
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'opérateur d'essai ne parle au logiciel que TLS 1.2
    Quand le logiciel ouvre la boîte
    Alors le logiciel s'est authentifié en IMAP
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-01-P2, le message part sous TLS 1.2
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'opérateur d'essai ne parle au logiciel que TLS 1.2
    Quand le logiciel ouvre la boîte
    Et le logiciel envoie un message, variante "simple"
    Alors le logiciel s'est authentifié en SMTP
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
