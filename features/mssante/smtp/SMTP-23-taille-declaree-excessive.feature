# language: fr
@SMTP-23 @role:mss-smtp @mode:- @mineure @besoin:taille-annoncee
Fonctionnalité: Une taille déclarée trop grande est refusée d'emblée

  Une taille déclarée de trop est refusée avant le message.

  Scénario: SMTP-23-N, SIZE d'un octet de trop est refusé par 552
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "taille-declaree"
    Alors la soumission répond "552"
    Et le témoin passe
