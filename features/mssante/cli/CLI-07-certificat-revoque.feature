# language: fr
@CLI-07 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Un certificat révoqué est refusé

  Un certificat révoqué n'ouvre rien.
  # La liste de révocation et le répondeur de l'autorité d'essai sont servis par l'étalon, aux adresses que le certificat donne.

  Scénario: CLI-07-N, un certificat révoqué est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "revoque"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
