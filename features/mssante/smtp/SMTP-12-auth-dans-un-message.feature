# language: fr
@SMTP-12 @role:mss-smtp @mode:- @mineure
Fonctionnalité: On ne s'authentifie pas au milieu d'un message

  Pendant une transaction, AUTH n'est pas permis.
  # La transaction commence sans authentification si le serveur le permet, sinon après : la RFC 4954 §4 interdit les deux.

  Scénario: SMTP-12-N, un AUTH entre MAIL FROM et la fin du message est refusé par 503
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le client s'authentifie au milieu d'un message
    Alors la soumission répond "503"
    Et le témoin passe
