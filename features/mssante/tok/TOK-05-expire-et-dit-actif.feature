# language: fr
@TOK-05 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un jeton expiré est refusé même quand l'introspection le dit actif

  L'opérateur compare lui-même la fin de validité à son heure : une réponse favorable de l'introspection n'en
  dispense pas.

  @besoin:introspection
  Scénario: TOK-05-N, un jeton expiré que l'introspection dit actif est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-expired-called-active"
    Alors la connexion est refusée
    Et le témoin passe
