# language: fr
@IMAP-23 @role:mss-imap @mode:- @mineure
Fonctionnalité: Une seconde authentification est refusée

  Une fois la boîte ouverte, AUTHENTICATE est refusé, et la session reste celle de la première identité.

  Scénario: IMAP-23-N, une authentification répétée est refusée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Et une session ouverte du professionnel
    Quand le client s'authentifie de nouveau pour la même boîte
    Alors la nouvelle authentification est refusée
    Et la session sert toujours la première boîte
    Et le témoin passe
