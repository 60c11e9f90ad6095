# language: fr
@LPS-21 @role:lps @mode:- @majeure
Fonctionnalité: La réponse longue passe en deux temps

  Un jeton de Pro Santé Connect dépasse toujours 512 octets.

  @seul
  Scénario: LPS-21-P, le logiciel s'authentifie devant un serveur à lignes courtes
    Étant donné le logiciel passe le témoin "envoi"
    Et l'opérateur d'essai refuse au logiciel les commandes de plus de 512 octets
    Quand le logiciel envoie un message, variante "simple"
    Alors le logiciel s'est authentifié en SMTP
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
