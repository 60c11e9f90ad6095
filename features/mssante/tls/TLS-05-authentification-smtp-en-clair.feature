# language: fr
@TLS-05 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Aucune authentification en clair à la soumission

  Avant TLS, la réponse à EHLO n'offre pas AUTH, et la commande AUTH est refusée sans ouvrir quoi que ce soit.

  Scénario: TLS-05-N, un jeton valable présenté en clair n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client s'authentifie en clair avec un jeton valable
    Alors aucune authentification n'est offerte en clair
    Et la connexion est refusée
    Et le témoin passe
