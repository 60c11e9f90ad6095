# language: fr
@IMAP-02 @role:mss-imap @mode:- @bloquante
Fonctionnalité: Le serveur parle IMAP4rev1 ou IMAP4rev2

  La liste des capacités porte IMAP4rev1, IMAP4rev2 ou les deux.

  Scénario: IMAP-02-P, une version d'IMAP4 est annoncée
    Quand un client se connecte et sécurise la liaison
    Alors la liste des capacités porte "IMAP4rev1" ou "IMAP4rev2"
