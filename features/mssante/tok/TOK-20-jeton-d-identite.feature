# language: fr
@TOK-20 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le jeton d'identité n'ouvre pas de boîte

  Le jeton d'identité, adressé au logiciel et non à l'opérateur, n'est pas un jeton d'accès.

  Scénario: TOK-20-N, le jeton d'identité est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-id-token"
    Alors la connexion est refusée
    Et le témoin passe
