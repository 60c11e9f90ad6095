# language: fr
@PSC-02 @role:service-psc @mode:- @bloquante
Fonctionnalité: La demande de connexion est complète

  Elle demande un code, les portées openid et scope_all, un niveau eIDAS, porte un state et un nonce qui ne
  servent qu'une fois, et une adresse de retour déclarée, exacte.

  Scénario: PSC-02-P, la demande de connexion est complète
    Étant donné un professionnel entre dans le service
    Quand un professionnel se connecte au service
    Alors la demande de connexion du service est complète
