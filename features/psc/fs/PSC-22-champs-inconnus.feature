# language: fr
@PSC-22 @role:service-psc @mode:- @mineure
Fonctionnalité: Les champs inconnus ou vides de userinfo sont admis

  Pro Santé Connect laisse vides des champs, comme Mode_Acces_Raison, et peut en ajouter : le service n'en
  souffre pas.

  @besoin:lecture-de-userinfo
  Scénario: PSC-22-P, les champs inconnus ou vides sont admis
    Quand un professionnel se connecte au service, variante "userinfo-fields-unknown"
    Alors le service ouvre une session à ce professionnel
