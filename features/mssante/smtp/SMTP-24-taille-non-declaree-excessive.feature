# language: fr
@SMTP-24 @role:mss-smtp @mode:- @mineure @besoin:taille-eprouvable
Fonctionnalité: Un message trop grand est refusé, même s'il ne se déclare pas

  Un message trop grand est refusé, qu'il se déclare ou non.

  Scénario: SMTP-24-N, un message trop grand et non déclaré est refusé par 552
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "taille-depassee"
    Alors la soumission répond "552"
    Et le témoin passe
