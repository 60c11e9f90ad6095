# language: fr
@SMTP-05 @role:mss-smtp @mode:- @mineure
Fonctionnalité: Une ligne de réponse peut atteindre 12 288 octets

  Une ligne de réponse est lue jusqu'à 12 288 octets, ou jusqu'à la limite déclarée.
  # Le jeton est valable et nomme le titulaire ; otherIds l'allonge.

  Scénario: SMTP-05-P, une réponse aussi longue que permis authentifie
    Quand un client se présente à la soumission
    Et le client s'authentifie en deux temps par une réponse aussi longue que permis
    Alors la réponse longue est prise
