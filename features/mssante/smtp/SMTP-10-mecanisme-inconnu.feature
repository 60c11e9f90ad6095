# language: fr
@SMTP-10 @role:mss-smtp @mode:- @mineure
Fonctionnalité: Un mécanisme inconnu est dit par 504

  Un mécanisme que le serveur n'annonce pas est dit par 504.

  Scénario: SMTP-10-N, un mécanisme inconnu est dit par 504
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client se présente à la soumission
    Et le client envoie la commande "AUTH FOO"
    Alors la soumission répond "504"
    Et le témoin passe
