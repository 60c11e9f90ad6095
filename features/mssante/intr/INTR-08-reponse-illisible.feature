# language: fr
@INTR-08 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Une réponse illisible n'ouvre rien

  Une page à la place du JSON, ou du JSON coupé, n'est pas un accord.

  @besoin:introspection
  Plan du Scénario: <cas>, une réponse illisible de l'introspection (<defaut>) n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "<faute>"
    Alors la connexion est refusée
    Et le témoin passe

    Exemples:
      | cas        | defaut        | faute                       |
      | INTR-08-N1 | une page      | psc-introspection-html      |
      | INTR-08-N2 | du JSON coupé | psc-introspection-cut-short |
