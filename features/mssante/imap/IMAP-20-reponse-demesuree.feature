# language: fr
@IMAP-20 @role:mss-imap @mode:- @majeure
Fonctionnalité: Une réponse démesurée n'arrête pas le service

  Une réponse initiale de 20 ko ou de 1 Mo est refusée ou rompue, et une nouvelle connexion est servie dans les
  cinq secondes.

  Plan du Scénario: <cas>, une réponse de <taille> n'arrête pas le service
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente une réponse XOAUTH2 de la forme "<forme>"
    Alors la connexion est refusée
    Et le service répond toujours
    Et le témoin passe

    Exemples:
      | cas            | taille | forme |
      | IMAP-20-N~20ko | 20 ko  | 20-ko |
      | IMAP-20-N~1mo  | 1 Mo   | 1-mo  |
