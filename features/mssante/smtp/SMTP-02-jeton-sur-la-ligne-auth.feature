# language: fr
@SMTP-02 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le jeton peut accompagner la commande AUTH

  Le jeton peut suivre AUTH XOAUTH2 sur la même ligne, comme à l'atelier.
  # Un jeton de Pro Santé Connect fait toujours dépasser 512 octets à la commande, et la RFC 4954 permet de la refuser pour sa
  # longueur. Un tel refus ne compte pas ici : une réponse courte, d'un jeton faux, montre alors si la forme est comprise.

  Scénario: SMTP-02-P, le jeton donné avec la commande AUTH est lu
    Quand un client se présente à la soumission
    Et le client s'authentifie sur la ligne AUTH
    Alors la forme en une ligne est comprise
