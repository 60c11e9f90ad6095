# language: fr
@CLI-20 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: La structure se lit dans l'OU du certificat

  L'OU du certificat est la structure ; le reste du nom est libre.

  Scénario: CLI-20-P, un certificat de la structure, sous d'autres CN et O, ouvre la boîte
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "autre-nom"
    Alors la connexion est acceptée
