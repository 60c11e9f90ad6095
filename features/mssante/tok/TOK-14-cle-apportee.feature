# language: fr
@TOK-14 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: La clé que le jeton apporte ne sert pas

  Une clé, ou l'adresse d'une clé ou d'un certificat, donnée dans l'en-tête du jeton (jwk, jku, x5u) n'est ni
  crue, ni cherchée.

  Plan du Scénario: <cas>, un jeton qui apporte sa clé est refusé (<defaut>)
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "<faute>"
    Alors la connexion est refusée
    Et l'adresse que porte le jeton n'a pas été suivie
    Et le témoin passe

    Exemples:
      | cas       | defaut | faute                 |
      | TOK-14-N1 | jwk    | psctoken-jwk-injected |
      | TOK-14-N2 | jku    | psctoken-jku-injected |
      | TOK-14-N3 | x5u    | psctoken-x5u-injected |
