# language: fr
@INTR-13 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Une introspection sans fin est abandonnée

  Quand la réponse vient à raison d'un octet par seconde, l'opérateur refuse au bout de trente secondes au plus.

  @besoin:introspection @long
  Scénario: INTR-13-N, une introspection d'un octet par seconde est abandonnée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psc-introspection-slow"
    Alors la réponse est venue en moins de 30 secondes
    Et la connexion est refusée
    Et le témoin passe
