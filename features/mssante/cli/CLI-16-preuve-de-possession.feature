# language: fr
@CLI-16 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Le certificat ne vaut que par la preuve de sa clé

  Le certificat seul, qui est public, n'authentifie pas.

  Scénario: CLI-16-N, un CertificateVerify d'une autre clé est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "autre-cle"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
