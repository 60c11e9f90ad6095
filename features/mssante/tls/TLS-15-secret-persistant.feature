# language: fr
@TLS-15 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Les clés échangées sont à secret persistant

  L'échange RSA statique est refusé, même avec un chiffrement authentifié.

  Scénario: TLS-15-N, une liaison qui n'offre que RSA statique avec AES-256 en GCM est refusée
    # Le ClientHello est fait à la main : un ServerHello vaut acceptation.
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client n'offre à la liaison que "rsa-aes-gcm"
    Alors l'offre est refusée
    Et le témoin passe
