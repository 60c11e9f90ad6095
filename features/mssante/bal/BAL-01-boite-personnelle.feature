# language: fr
@BAL-01 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-personnelle
Fonctionnalité: Une boîte personnelle s'ouvre à son titulaire

  La boîte d'un professionnel s'ouvre à lui.

  Scénario: BAL-01-P, le titulaire ouvre sa boîte
    Quand un client ouvre la boîte "personnelle" avec le jeton de "titulaire"
    Alors la connexion est acceptée
