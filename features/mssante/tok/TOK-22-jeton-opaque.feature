# language: fr
@TOK-22 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un mot quelconque n'est pas un jeton

  Un jeton qui n'a pas la forme d'un JWT n'ouvre rien.

  Scénario: TOK-22-N, un mot quelconque est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-opaque"
    Alors la connexion est refusée
    Et le témoin passe
