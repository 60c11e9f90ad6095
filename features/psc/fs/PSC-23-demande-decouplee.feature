# language: fr
@PSC-23 @role:service-psc @mode:- @majeure
Fonctionnalité: La demande découplée est complète

  Elle porte les portées openid et scope_all, l'IdNat pour login_hint, un message à comparer, un niveau eIDAS,
  et n'attend pas de notification.

  @besoin:connexion-decouplee
  Scénario: PSC-23-P, la demande découplée est complète
    Quand un professionnel demande au service une connexion découplée
    Alors la demande découplée du service est complète
    Quand il l'approuve sur son application
    Alors la session découplée s'ouvre
