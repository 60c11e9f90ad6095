# language: fr
@CLI-10 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Le certificat d'une autre autorité est refusé

  Une autre autorité ne fait pas foi.

  Scénario: CLI-10-N, un certificat d'une autre autorité est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "autre-autorite"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
