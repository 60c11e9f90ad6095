# language: fr
@SMTP-27 @role:mss-smtp @mode:- @majeure @besoin:boite-lisible
Fonctionnalité: La demande d'accusé de lecture arrive

  La demande d'accusé de lecture traverse.

  Scénario: SMTP-27-P, la demande d'accusé arrive inchangée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "accuse"
    Alors le message est pris
    Et le message arrive entier chez le destinataire
