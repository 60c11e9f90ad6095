# language: fr
@CLI-06 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Un certificat d'avance est refusé

  Un certificat qui n'a pas commencé n'ouvre rien.

  Scénario: CLI-06-N, un certificat d'avance est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "futur"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
