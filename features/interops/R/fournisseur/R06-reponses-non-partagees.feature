# language: fr
@R06 @role:fournisseur @mode:R @majeure
Fonctionnalité: Les réponses ne sont pas partagées

  Une réponse interdit d'être gardée par un cache commun : private ou no-store.

  Scénario: R06-P, la réponse interdit d'être gardée par un cache commun
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors la réponse interdit d'être gardée par un cache commun

  @besoin:tiers @besoin:sonde
  Scénario: R06-N1, la réponse faite à un organisme n'est pas servie à un autre
    # L'autre organisme est partie à la convention, sans projet pour ce service : la même adresse ne lui rend rien.
    # Une réponse que l'application n'a pas refaite vient d'un cache.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête
    Et un autre organisme demande la même ressource
    Alors la réponse faite au premier ne lui est pas servie
    Et un VI honnête est de nouveau accepté
