# language: fr
@CLI-13 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Le certificat d'une personne n'ouvre pas une boîte applicative

  Une personne n'est pas une application.

  Scénario: CLI-13-N, un certificat de personne physique est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "personne"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
