# language: fr
@IMAP-06 @role:mss-imap @mode:- @bloquante
Fonctionnalité: La boîte sert une fois ouverte

  Après l'authentification, SELECT INBOX ouvre la boîte de réception.

  Scénario: IMAP-06-P, la boîte de réception s'ouvre après l'authentification
    Quand un client ouvre la boîte "personnelle" avec un jeton valable
    Alors la boîte de réception s'ouvre
