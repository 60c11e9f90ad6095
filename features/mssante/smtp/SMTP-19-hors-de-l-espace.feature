# language: fr
@SMTP-19 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: On n'écrit que dans l'espace de confiance

  La messagerie n'écrit pas hors de l'espace de confiance.

  Scénario: SMTP-19-N, un destinataire hors de la liste blanche est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "hors-espace"
    Alors le message n'est pas pris
    Et le témoin passe
