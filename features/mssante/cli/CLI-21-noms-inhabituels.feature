# language: fr
@CLI-21 @role:mss-imap @role:mss-smtp @mode:- @mineure @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Un nom inhabituel n'ouvre rien de trop

  Un nom ne s'analyse pas comme un texte.

  Scénario: CLI-21-N~virgule, une virgule et l'OU d'un autre dans une valeur n'ouvrent rien
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "virgule"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat

  Scénario: CLI-21-N~ordre, un nom dans un autre ordre reçoit une réponse nette
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "ordre"
    Alors la connexion est tranchée
    Et la boîte applicative s'ouvre de nouveau à son certificat
