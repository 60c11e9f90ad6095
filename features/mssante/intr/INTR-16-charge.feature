# language: fr
@INTR-16 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Cinquante connexions ensemble ont leur réponse

  Cinquante clients qui s'authentifient en même temps ont tous une réponse, quatre-vingt-quinze sur cent en
  moins de cinq secondes.

  @seul
  Scénario: INTR-16-P, cinquante connexions ensemble ont leur réponse
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand 50 clients ouvrent leur boîte en même temps
    Alors chacun a sa réponse, 95 sur 100 en moins de 5 secondes
    Et le témoin passe
