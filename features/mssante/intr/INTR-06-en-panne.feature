# language: fr
@INTR-06 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Une introspection en panne n'ouvre rien

  Quand l'introspection répond par une erreur 500 ou 503, aucune boîte n'est ouverte ; de même pour le code du
  refus, voir INTR-07.

  @besoin:introspection
  Plan du Scénario: <cas>, l'introspection en erreur <statut> n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psc-introspection-<statut>"
    Alors la connexion est refusée
    Et le refus n'accuse pas le jeton
    Et le témoin passe

    Exemples:
      | cas        | statut |
      | INTR-06-N1 | 500    |
      | INTR-06-N2 | 503    |
