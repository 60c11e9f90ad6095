# language: fr
@SMTP-11 @role:mss-smtp @mode:- @mineure
Fonctionnalité: Une connexion ne s'authentifie qu'une fois

  Une connexion authentifiée ne change plus d'identité.

  Scénario: SMTP-11-N, un second AUTH est refusé par 503
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le client s'authentifie de nouveau sur la même connexion
    Alors la soumission répond "503"
    Et le témoin passe
