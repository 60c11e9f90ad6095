# language: fr
@SMTP-30 @role:mss-smtp @mode:- @mineure @besoin:boite-lisible
Fonctionnalité: Un texte en UTF-8 arrive intact

  Un texte accentué se relit tel quel.

  Scénario: SMTP-30-P, un texte en UTF-8 arrive intact
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "utf-8"
    Alors le message est pris
    Et le message arrive entier chez le destinataire
