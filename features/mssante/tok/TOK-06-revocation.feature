# language: fr
@TOK-06 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Un jeton révoqué est refusé quand l'opérateur introspecte

  Un jeton encore frais et bien signé, que l'introspection dit inactif, n'ouvre rien. Un opérateur qui ne lit
  que les clés publiées ne peut le savoir : cette limite est alors dite.

  @besoin:introspection
  Scénario: TOK-06-N, un jeton frais que l'introspection dit inactif est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-revoked"
    Alors la connexion est refusée
    Et le témoin passe
