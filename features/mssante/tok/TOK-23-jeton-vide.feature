# language: fr
@TOK-23 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un jeton vide est refusé

  Le champ auth présent, mais sans jeton après Bearer, n'ouvre rien.

  Scénario: TOK-23-N, un jeton vide est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-empty"
    Alors la connexion est refusée
    Et le témoin passe
