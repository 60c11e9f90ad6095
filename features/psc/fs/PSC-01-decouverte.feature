# language: fr
@PSC-01 @role:service-psc @mode:- @mineure
Fonctionnalité: La découverte est lue sous le nom de Pro Santé Connect

  Pro Santé Connect publie sa découverte sous wallet-openid-configuration : le service lit celle-là, ou est
  configuré à la main.

  Scénario: PSC-01-P, la découverte est lue sous le nom de Pro Santé Connect
    Quand un professionnel se connecte au service
    Alors le service ouvre une session à ce professionnel
    Et le service lit la découverte de Pro Santé Connect sous son nom, ou ne la lit pas
