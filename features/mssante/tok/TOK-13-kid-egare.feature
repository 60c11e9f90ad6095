# language: fr
@TOK-13 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le kid n'est ni un chemin, ni une adresse

  Un kid qui a la forme d'un chemin de fichier ou d'une adresse n'est pas suivi : le jeton est refusé, et
  personne n'est appelé.

  Plan du Scénario: <cas>, un jeton dont le kid égare est refusé (<defaut>)
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "<faute>"
    Alors la connexion est refusée
    Et l'adresse que porte le jeton n'a pas été suivie
    Et le témoin passe

    Exemples:
      | cas       | defaut      | faute                  |
      | TOK-13-N1 | un chemin   | psctoken-kid-traversal |
      | TOK-13-N2 | une adresse | psctoken-kid-address   |
