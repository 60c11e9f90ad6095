# language: fr
@CLI-19 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-applicative @besoin:jeton-sans-boite-applicative
Fonctionnalité: Un jeton n'ouvre pas une boîte applicative

  Un jeton n'ouvre pas la boîte d'une application.

  Scénario: CLI-19-N, un jeton valable est refusé pour une boîte applicative
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "applicative" avec le jeton de "titulaire"
    Alors la connexion est refusée
    Et le témoin passe
