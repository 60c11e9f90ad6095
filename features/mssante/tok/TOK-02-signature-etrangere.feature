# language: fr
@TOK-02 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Un jeton que Pro Santé Connect n'a pas signé est refusé

  La signature est faite par une clé que Pro Santé Connect n'a jamais publiée, que le jeton la nomme ou en nomme
  une vraie ; l'introspection le dit inactif.

  Plan du Scénario: <cas>, un jeton que Pro Santé Connect n'a pas signé est refusé (<defaut>)
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "<faute>"
    Alors la connexion est refusée
    Et le témoin passe

    Exemples:
      | cas       | defaut                               | faute                     |
      | TOK-02-N1 | la clé nommée n'a jamais été publiée | psctoken-key-rogue        |
      | TOK-02-N2 | la clé nommée est une vraie          | psctoken-key-impersonated |
