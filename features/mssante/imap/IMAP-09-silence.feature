# language: fr
@IMAP-09 @role:mss-imap @mode:- @mineure @long
Fonctionnalité: Le silence après le défi d'erreur n'ouvre rien

  Sans réponse au défi pendant une minute, le serveur attend ou ferme ; il n'authentifie pas.

  Scénario: IMAP-09-N, une minute de silence après le défi d'erreur n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente un jeton expiré, puis se tait une minute
    Alors le silence n'a rien ouvert
    Et le témoin passe
