# language: fr
@LPS-19 @role:lps @mode:- @bloquante
Fonctionnalité: La réponse XOAUTH2 est exacte

  La réponse est lue octet par octet, en IMAP et en soumission.

  Scénario: LPS-19-P, la réponse XOAUTH2 est exacte
    Étant donné l'opérateur d'essai rompt les liaisons du logiciel
    Quand le logiciel ouvre la boîte
    Et le logiciel envoie un message, variante "simple"
    Alors la réponse XOAUTH2 du logiciel est exacte
