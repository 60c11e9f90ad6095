# language: fr
@WL-08 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Ce que la signature ne couvre pas n'est pas lu

  Une liste forgée qui contient la liste signée, sous un élément étranger ou dans la signature, n'a pas
  d'effet.

  @seul @besoin:relecture-de-la-liste
  Plan du Scénario: <cas>, une liste forgée autour de la liste signée n'est pas lue (<faute>)
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand la liste blanche est publiée avec la faute "<faute>"
    Alors le candidat ne tient pas compte de cette liste
    Et la même liste, sans faute, est prise en compte
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas      | faute                              |
      | WL-08-N1 | whitelist-wrapping-dummy           |
      | WL-08-N2 | whitelist-wrapping-last            |
      | WL-08-N3 | whitelist-wrapping-identifier      |
      | WL-08-N4 | whitelist-wrapping-object          |
      | WL-08-N5 | whitelist-wrapping-same-identifier |
