# language: fr
@K05 @role:operateur-service @mode:S @mineure
Fonctionnalité: Chaque service de la sphère annonce son niveau minimal

  La convention donne à chaque service proposé un niveau minimal, fût-il « aucun ».
  # Se lit dans la convention que le candidat déclare ; aucun échange n'est nécessaire.


  Scénario: K05-P, les services du candidat annoncent leur niveau
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Alors chaque service du candidat annonce un niveau minimal

  Scénario: K05-N1, aucun service exposé n'est sans niveau
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Alors chaque service du candidat annonce un niveau minimal
