# language: fr
@TLS-04 @role:mss-imap @mode:- @majeure
Fonctionnalité: Le serveur IMAP dit en clair qu'il n'authentifie pas encore

  Avant TLS, la liste des capacités porte LOGINDISABLED et n'offre pas de mécanisme à mot de passe ; y offrir
  XOAUTH2 n'est qu'une remarque.

  Scénario: TLS-04-N, avant TLS, la liste des capacités écarte l'authentification
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client se connecte en clair
    Alors aucune authentification n'est offerte en clair
    Et le témoin passe
