# language: fr
@IMAP-16 @role:mss-imap @mode:- @majeure
Fonctionnalité: Une réponse sans jeton est refusée

  Sans champ auth, la réponse est refusée.

  Scénario: IMAP-16-N, une réponse sans champ auth est refusée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente une réponse XOAUTH2 de la forme "sans-jeton"
    Alors la connexion est refusée
    Et le témoin passe
