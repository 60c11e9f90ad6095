# language: fr
@BAL-03 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-organisationnelle
Fonctionnalité: Une boîte organisationnelle s'ouvre à ses délégués

  Un délégué ouvre la boîte de sa structure.

  Scénario: BAL-03-P, un délégué ouvre la boîte organisationnelle
    Quand un client ouvre la boîte "organisationnelle" avec le jeton de "délégué"
    Alors la connexion est acceptée
