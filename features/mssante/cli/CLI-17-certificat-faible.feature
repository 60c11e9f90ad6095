# language: fr
@CLI-17 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-applicative @besoin:certificats-du-banc
Fonctionnalité: Une clé faible ou une signature SHA-1 est refusée

  Une clé faible ou SHA-1 n'ouvre rien.

  Plan du Scénario: <cas>, un certificat <defaut> est refusé
    Étant donné la boîte applicative s'ouvre à son certificat
    Quand une application ouvre la boîte applicative par le certificat "<certificat>"
    Alors la connexion est refusée
    Et la boîte applicative s'ouvre de nouveau à son certificat

    Exemples:
      | cas               | defaut                 | certificat |
      | CLI-17-N~rsa-1024 | à clé RSA de 1024 bits | rsa-1024   |
      | CLI-17-N~sha-1    | signé avec SHA-1       | sha-1      |
