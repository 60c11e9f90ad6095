# language: fr
@IMAP-22 @role:mss-imap @mode:- @majeure @besoin:sans-mot-de-passe
Fonctionnalité: Aucun mot de passe n'ouvre une boîte

  PLAIN et LOGIN ne sont pas annoncés, et AUTHENTICATE PLAIN comme la commande LOGIN sont refusés, sauf autre
  moyen d'identification déclaré.

  Scénario: IMAP-22-N~annonce, aucun mécanisme à mot de passe n'est annoncé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client se connecte et sécurise la liaison
    Alors aucun mécanisme à mot de passe n'est annoncé
    Et le témoin passe

  Plan du Scénario: <cas>, un mot de passe présenté par <moyen> n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente un mot de passe par "<moyen>"
    Alors la connexion est refusée
    Et le témoin passe

    Exemples:
      | cas             | moyen              |
      | IMAP-22-N~plain | AUTHENTICATE PLAIN |
      | IMAP-22-N~login | LOGIN              |
