# language: fr
@CLI-01 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-applicative
Fonctionnalité: Un certificat ORG AUTH_CLI ouvre la boîte applicative

  Le certificat de la structure ouvre la boîte qui lui est liée.

  Scénario: CLI-01-P, le certificat lié à la boîte l'ouvre
    Quand une application ouvre la boîte applicative par son certificat
    Alors la connexion est acceptée
