# language: fr
@CLI-18 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-applicative @besoin:boite-personnelle
Fonctionnalité: Un certificat ne donne aucun droit sur une boîte personnelle

  Un certificat n'ajoute aucun droit à un jeton, ni n'en remplace un.

  Scénario: CLI-18-N~jeton, muni d'un certificat, le jeton d'un confrère n'ouvre pas une boîte personnelle
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application munie de son certificat ouvre la boîte personnelle avec le jeton d'un confrère
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat

  @besoin:sasl-external
  Scénario: CLI-18-N~external, le certificat d'une application n'ouvre pas une boîte personnelle
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application munie de son certificat ouvre la boîte personnelle par EXTERNAL
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat
