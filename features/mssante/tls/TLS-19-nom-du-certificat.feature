# language: fr
@TLS-19 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Le certificat du serveur désigne l'hôte publié

  Appelé par le nom publié de l'accès, le serveur présente un certificat dont un nom alternatif (SAN) est ce nom
  ; le CN seul ne compte pas.

  Scénario: TLS-19-P, le certificat présenté porte le nom publié
    Quand un client se connecte et sécurise la liaison
    Alors le certificat du serveur désigne l'hôte publié
