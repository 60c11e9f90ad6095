# language: fr
@SMTP-29 @role:mss-smtp @mode:- @mineure
Fonctionnalité: Un message sans X-MSS-NIL est pris

  L'en-tête X-MSS-NIL n'est pas exigé à la soumission.

  Scénario: SMTP-29-P, un message sans X-MSS-NIL est pris
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "sans-nil"
    Alors le message est pris
