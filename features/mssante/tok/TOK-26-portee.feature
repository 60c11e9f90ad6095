# language: fr
@TOK-26 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Une portée réduite ne suffit pas à elle seule

  Un jeton de portée openid seule est refusé, ou n'est accepté qu'après que l'opérateur a demandé l'identité à
  l'introspection.

  Scénario: TOK-26-N, un jeton de portée openid seule ne suffit pas
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-scope-openid"
    Alors la connexion est refusée, ou l'identité a été demandée à l'introspection
    Et le témoin passe
