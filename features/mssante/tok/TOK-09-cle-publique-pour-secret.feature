# language: fr
@TOK-09 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: La clé publique ne sert pas de secret

  Un jeton scellé en HS256, la clé publique de Pro Santé Connect prise pour secret, n'ouvre rien : l'algorithme
  est celui que l'opérateur attend, non celui que le jeton propose.

  Scénario: TOK-09-N, un jeton scellé avec la clé publique est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-algorithm-confused"
    Alors la connexion est refusée
    Et le témoin passe
