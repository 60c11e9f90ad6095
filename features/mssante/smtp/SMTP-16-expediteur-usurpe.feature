# language: fr
@SMTP-16 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: L'expéditeur de l'enveloppe est la boîte authentifiée

  L'expéditeur de l'enveloppe n'est jamais la boîte d'un autre.

  Scénario: SMTP-16-N, une enveloppe au nom d'une autre boîte est refusée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "enveloppe-autre"
    Alors le message n'est pas pris
    Et le témoin passe
