# language: fr
@PSC-05 @role:service-psc @mode:- @mineure
Fonctionnalité: La demande de connexion porte un défi PKCE S256

  Pro Santé Connect annonce PKCE : le profil demande la méthode S256, qui ne se devine pas.

  Scénario: PSC-05-P, la demande de connexion porte un défi PKCE
    Quand un professionnel se connecte au service
    Alors la demande de connexion du service porte un défi PKCE S256
