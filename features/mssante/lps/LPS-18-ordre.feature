# language: fr
@LPS-18 @role:lps @mode:- @bloquante
Fonctionnalité: L'ordre de la connexion

  Ce que le logiciel a dit est relu, en IMAP et en soumission.

  Scénario: LPS-18-P, TLS, capacités, XOAUTH2
    Étant donné l'opérateur d'essai rompt les liaisons du logiciel
    Quand le logiciel ouvre la boîte
    Et le logiciel envoie un message, variante "simple"
    Alors le logiciel a suivi l'ordre TLS, capacités, XOAUTH2
    Et le logiciel s'est authentifié en IMAP
    Et le logiciel s'est authentifié en SMTP
