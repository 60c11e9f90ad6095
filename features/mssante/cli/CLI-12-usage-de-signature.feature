# language: fr
@CLI-12 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Un certificat de signature n'ouvre pas de boîte

  Un certificat de signature n'authentifie pas.

  Scénario: CLI-12-N, un certificat d'usage nonRepudiation est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "usage-signature"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
