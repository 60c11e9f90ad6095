# language: fr
@CLI-04 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Le certificat d'une autre structure n'ouvre rien

  Le certificat d'une autre structure ne vaut rien pour cette boîte.

  Scénario: CLI-04-N, le certificat valable d'une autre structure est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "autre-structure"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
