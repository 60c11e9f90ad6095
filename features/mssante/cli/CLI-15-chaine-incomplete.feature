# language: fr
@CLI-15 @role:mss-imap @role:mss-smtp @mode:- @mineure @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Un certificat sans ses intermédiaires reçoit une réponse nette

  Sans l'intermédiaire, l'acceptation et le refus conviennent.

  Scénario: CLI-15-N, un certificat sans son intermédiaire reçoit une réponse nette
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "sans-intermediaire"
    Alors la connexion est tranchée
    Et la boîte applicative s'ouvre de nouveau à son certificat
