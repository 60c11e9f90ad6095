# language: fr
@CLI-18 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-applicative @besoin:boite-personnelle
Fonctionnalité: Un certificat ne donne aucun droit sur une boîte personnelle

  Un certificat n'ajoute aucun droit à un jeton, ni n'en remplace un.

  Plan du Scénario: <cas>, un certificat n'ouvre pas une boîte personnelle <moyen>
    Étant donné une application ouvre la boîte applicative par son certificat
    Quand une application munie de son certificat ouvre la boîte personnelle avec "<avec>"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat

    Exemples:
      | cas               | moyen                       | avec                   |
      | CLI-18-N~jeton    | avec le jeton d'un confrère | le jeton d'un confrère |
      | CLI-18-N~external | par lui-même                | EXTERNAL               |
