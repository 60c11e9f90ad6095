# language: fr
@TLS-20 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Le certificat du serveur est en vigueur et assez fort

  Le certificat est dans ses dates, sa clé vaut au moins RSA 2048 ou P-256, et il est signé avec un condensat
  SHA-2.

  Scénario: TLS-20-P, le certificat présenté est en vigueur et assez fort
    Quand un client se connecte et sécurise la liaison
    Alors le certificat du serveur est en vigueur et assez fort
