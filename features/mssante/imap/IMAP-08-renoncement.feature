# language: fr
@IMAP-08 @role:mss-imap @mode:- @mineure
Fonctionnalité: Le client peut renoncer après le défi d'erreur

  À l'astérisque du client, le serveur répond BAD ou NO, et la liaison sert encore.

  Scénario: IMAP-08-N, un astérisque après le défi d'erreur n'emporte pas la liaison
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente un jeton expiré, puis renonce
    Alors la connexion est refusée
    Et la liaison sert encore
    Et le témoin passe
