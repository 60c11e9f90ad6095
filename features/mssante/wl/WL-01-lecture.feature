# language: fr
@WL-01 @role:mss-operateur @mode:- @majeure
Fonctionnalité: La liste blanche est lue auprès de l'espace de confiance

  L'opérateur lit la liste publiée, en TLS, à la période qu'il déclare : un jour au plus.

  @seul @besoin:relecture-de-la-liste
  Scénario: WL-01-P, la liste publiée est relue
    Alors le candidat lit la liste blanche
    Et la période déclarée est d'un jour au plus
