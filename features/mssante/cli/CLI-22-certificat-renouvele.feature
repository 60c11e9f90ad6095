# language: fr
@CLI-22 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Un certificat renouvelé ouvre la boîte

  Un renouvellement ne coupe pas le service.

  Scénario: CLI-22-P, un certificat renouvelé ouvre la boîte
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "renouvele"
    Alors la connexion est acceptée
