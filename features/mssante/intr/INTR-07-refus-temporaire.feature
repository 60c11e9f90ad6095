# language: fr
@INTR-07 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un refus dû à Pro Santé Connect est dit temporaire

  Quand l'opérateur n'a pu vérifier le jeton (introspection injoignable, en panne, ou qui ne le reconnaît plus
  lui-même), il refuse, et son refus n'accuse pas le jeton : IMAP UNAVAILABLE ou CONTACTADMIN, SMTP 4xx, ou
  connexion fermée.

  @besoin:introspection
  Scénario: INTR-07-N, l'opérateur que Pro Santé Connect ne reconnaît plus refuse sans accuser le jeton
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psc-introspection-401"
    Alors la connexion est refusée
    Et le refus n'accuse pas le jeton
    Et le témoin passe
