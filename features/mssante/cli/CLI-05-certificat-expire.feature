# language: fr
@CLI-05 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Un certificat expiré est refusé

  Un certificat dont la date est passée n'ouvre rien.

  Scénario: CLI-05-N, un certificat expiré est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "expire"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
