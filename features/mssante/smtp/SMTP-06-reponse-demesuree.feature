# language: fr
@SMTP-06 @role:mss-smtp @mode:- @mineure
Fonctionnalité: Une ligne de réponse démesurée est refusée proprement

  Au-delà, un refus ou une fermeture, mais ni accès ni silence.

  Scénario: SMTP-06-N, une réponse de 14 000 octets est refusée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client se présente à la soumission
    Et le client s'authentifie en deux temps par une réponse de 14 000 octets
    Alors la réponse démesurée est refusée
    Et le témoin passe
