# language: fr
@INTR-12 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Une redirection n'est pas suivie avec les identifiants

  Renvoyé vers un autre hôte, l'opérateur n'y porte ni le jeton, ni son secret, et n'ouvre rien.

  @besoin:introspection
  Scénario: INTR-12-N, une redirection n'est pas suivie avec les identifiants
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psc-introspection-redirect"
    Alors la connexion est refusée
    Et ni le jeton ni le secret n'ont suivi la redirection
    Et le témoin passe
