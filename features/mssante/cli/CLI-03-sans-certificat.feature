# language: fr
@CLI-03 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-applicative
Fonctionnalité: Sans certificat, la boîte applicative reste fermée

  Sans certificat, la boîte applicative ne s'ouvre pas.

  Scénario: CLI-03-N, sans certificat la boîte reste fermée
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "absent"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
