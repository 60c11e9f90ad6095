# language: fr
@TOK-21 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le jeton de rafraîchissement n'ouvre pas de boîte

  Le jeton de rafraîchissement ne sert qu'auprès de Pro Santé Connect : présenté à l'opérateur, il n'ouvre rien,
  même si l'introspection le dit actif.

  Scénario: TOK-21-N, le jeton de rafraîchissement est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-refresh-token"
    Alors la connexion est refusée
    Et le témoin passe
