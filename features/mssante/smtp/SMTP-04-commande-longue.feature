# language: fr
@SMTP-04 @role:mss-smtp @mode:- @majeure
Fonctionnalité: Une commande AUTH plus longue que 512 octets est admise

  Le serveur prend une commande AUTH plus longue que les 512 octets garantis.
  # Choix du profil : la RFC 4954 §4 permet la limite, et demande alors au client les deux temps (SMTP-03).

  Scénario: SMTP-04-P, une commande AUTH longue d'un jeton entier est prise
    Quand un client se présente à la soumission
    Et le client s'authentifie sur la ligne AUTH
    Alors la commande longue est prise
