# language: fr
@SMTP-33 @role:mss-smtp @mode:- @mineure @besoin:boite-lisible
Fonctionnalité: Les lignes qui commencent par un point arrivent intactes

  Les points doublés pour le transport sont ôtés, et eux seuls.

  Scénario: SMTP-33-P, les lignes qui commencent par un point arrivent intactes
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "points"
    Alors le message est pris
    Et le message arrive entier chez le destinataire
