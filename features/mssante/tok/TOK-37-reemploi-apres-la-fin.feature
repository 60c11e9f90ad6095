# language: fr
@TOK-37 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Un jeton déjà accepté ne sert plus après sa fin

  Une connexion réussie ne prolonge pas le jeton : quatre-vingt-dix secondes après sa fin, il n'ouvre plus rien.

  @long @besoin:temps-reel
  Scénario: TOK-37-N, un jeton accepté est refusé après sa fin
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Et un client a ouvert la boîte "personnelle" avec un jeton de 10 secondes
    Quand 90 secondes passent après la fin du jeton
    Et un client ouvre la boîte "personnelle" avec le même jeton
    Alors la connexion est refusée
    Et le témoin passe

  @seul @besoin:horloge
  Scénario: TOK-37-N~horloge, un jeton accepté est refusé après sa fin, à l'horloge du candidat
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Et un client a ouvert la boîte "personnelle" avec un jeton de 10 secondes
    Quand 90 secondes passent après la fin du jeton
    Et un client ouvre la boîte "personnelle" avec le même jeton
    Alors la connexion est refusée
    Et le témoin passe
