# language: fr
@INTR-05 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Une introspection injoignable n'ouvre rien

  Quand Pro Santé Connect refuse la connexion, la coupe, ou se tait trente secondes, aucune boîte n'est ouverte.
  Que le refus soit dit temporaire est l'affaire d'INTR-07 : les RFC 5530 et 4954 donnent les codes sans y
  obliger.

  @besoin:introspection @seul
  Scénario: INTR-05-N1, Pro Santé Connect qui refuse les connexions n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psc-down"
    Alors la connexion est refusée
    Et le refus n'accuse pas le jeton
    Et Pro Santé Connect redevient honnête
    Et le témoin passe

  @besoin:introspection
  Scénario: INTR-05-N1~coupure, l'introspection qui coupe la connexion n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psc-introspection-cut"
    Alors la connexion est refusée
    Et le refus n'accuse pas le jeton
    Et le témoin passe

  @besoin:introspection @long
  Scénario: INTR-05-N2, l'introspection muette trente secondes n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psc-introspection-silent"
    Alors la connexion est refusée
    Et le refus n'accuse pas le jeton
    Et le témoin passe
