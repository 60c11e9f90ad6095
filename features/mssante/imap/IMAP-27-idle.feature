# language: fr
@IMAP-27 @role:mss-imap @mode:- @mineure
Fonctionnalité: IDLE annonce l'arrivée d'un message

  Pendant IDLE, le dépôt d'un message est annoncé par EXISTS sans que le client le demande.

  Scénario: IMAP-27-P, un message déposé pendant IDLE est annoncé
    Quand un message est déposé pendant que le client attend par IDLE
    Alors son arrivée est annoncée sans être demandée
