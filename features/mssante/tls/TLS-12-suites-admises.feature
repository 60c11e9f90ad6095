# language: fr
@TLS-12 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Une suite hors de la liste admise est refusée

  Un client qui n'offre que l'échange RSA statique avec AES-128 en mode CBC est refusé. La liste exacte des
  suites n'est pas publique : celle du profil vaut ici.

  Scénario: TLS-12-N, une liaison qui n'offre que RSA statique avec AES-128 en CBC est refusée
    # Le ClientHello est fait à la main : un ServerHello vaut acceptation.
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client n'offre à la liaison que "rsa-aes-cbc"
    Alors l'offre est refusée
    Et le témoin passe
