# language: fr
@CLI-08 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-applicative @besoin:certificats-du-banc @besoin:crl-sans-delai
Fonctionnalité: Une liste de révocation périmée ne suffit pas

  Une liste de révocation périmée ne prouve rien.

  Scénario: CLI-08-N, un certificat dont la liste de révocation est périmée est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "crl-perimee"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
