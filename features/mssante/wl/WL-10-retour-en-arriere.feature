# language: fr
@WL-10 @role:mss-operateur @mode:- @majeure
Fonctionnalité: Une liste plus ancienne n'est pas prise

  Une liste bien signée, dont la date de génération précède celle de la liste en vigueur, n'a pas d'effet.

  @seul @besoin:relecture-de-la-liste
  Scénario: WL-10-N, une liste plus ancienne n'est pas prise
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand la liste blanche est publiée avec la faute "whitelist-older"
    Alors le candidat ne tient pas compte de cette liste
    Et la même liste, sans faute, est prise en compte
    Et un autre message honnête de l'opérateur voisin est remis
