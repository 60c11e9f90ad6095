# language: fr
@IMAP-29 @role:mss-imap @mode:- @majeure
Fonctionnalité: Les messages restent sur le serveur

  Un message déposé se relit dans une session suivante, octet pour octet, tant qu'il n'a pas été supprimé.

  Scénario: IMAP-29-P, un message déposé se relit dans la session suivante
    Étant donné une session ouverte du professionnel
    Quand le client dépose un message, prend congé et revient
    Alors le message est là, octet pour octet
