# language: fr
@SMTP-09 @role:mss-smtp @mode:- @mineure
Fonctionnalité: Un base64 illisible est dit par 501

  Ce qui n'est pas du base64 est une faute de syntaxe.

  Scénario: SMTP-09-N, une réponse qui n'est pas du base64 est dite par 501
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client se présente à la soumission
    Et le client envoie la commande "AUTH XOAUTH2 @@@"
    Alors la soumission répond "501"
    Et le témoin passe
