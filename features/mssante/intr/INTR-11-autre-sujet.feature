# language: fr
@INTR-11 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: L'introspection au nom d'un autre n'ouvre rien

  Quand l'introspection dit que le jeton est celui d'une autre personne, la boîte de celle que le jeton nomme ne
  s'ouvre pas.

  @besoin:introspection
  Scénario: INTR-11-N, une introspection au nom d'un autre n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psc-introspection-other-subject"
    Alors la connexion est refusée
    Et le témoin passe
