# language: fr
@IMAP-24 @role:mss-imap @mode:- @mineure
Fonctionnalité: Un mécanisme inconnu est refusé

  AUTHENTICATE suivi d'un nom inconnu reçoit NO ou BAD.

  Scénario: IMAP-24-N, un mécanisme inconnu est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client demande un mécanisme inconnu
    Alors la connexion est refusée
    Et le témoin passe
