# language: fr
@CLI-14 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Un certificat d'une autre branche est refusé

  Les mêmes noms d'autorités, avec d'autres clés, ne sont pas la même branche.
  # L'étalon ne détient aucun certificat de production : sa branche est la même en tout, sauf les clés.

  Scénario: CLI-14-N, un certificat d'une autre branche est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "autre-branche"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
