# language: fr
@SMTP-22 @role:mss-smtp @mode:- @majeure @besoin:taille-annoncee
Fonctionnalité: Un message de la taille annoncée est pris

  Ce qui est annoncé est pris.

  Scénario: SMTP-22-P, un message de la taille annoncée est pris
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "taille-annoncee"
    Alors le message est pris
