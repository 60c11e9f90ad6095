# language: fr
@TOK-19 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Un environnement ne vaut pas pour un autre

  Un opérateur raccordé à l'environnement d'essai refuse un jeton dont l'émetteur est celui de production.

  Scénario: TOK-19-N, un jeton de l'émetteur de production est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-issuer-production"
    Alors la connexion est refusée
    Et le témoin passe
