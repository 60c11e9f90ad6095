# language: fr
@TLS-03 @role:mss-imap @mode:- @bloquante
Fonctionnalité: Aucune authentification IMAP en clair

  Avant TLS, un jeton présenté au serveur n'ouvre rien, et le serveur ne le soumet pas à Pro Santé Connect.

  Scénario: TLS-03-N, un jeton valable présenté en clair n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client s'authentifie en clair avec un jeton valable
    Alors la connexion est refusée
    Et Pro Santé Connect n'a pas été interrogé sur ce jeton
    Et le témoin passe
