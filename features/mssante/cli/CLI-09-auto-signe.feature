# language: fr
@CLI-09 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Un certificat auto-signé de même nom est refusé

  Recopier le nom d'une structure ne suffit pas.

  Scénario: CLI-09-N, un certificat auto-signé de même nom est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "auto-signe"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
