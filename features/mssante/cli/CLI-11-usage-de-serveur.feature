# language: fr
@CLI-11 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Un certificat de serveur n'ouvre pas de boîte

  Un certificat de serveur n'est pas un certificat d'application.

  Scénario: CLI-11-N, un certificat d'usage serverAuth est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "usage-serveur"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
