# language: fr
@WL-05 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Une liste sans signature n'est pas prise

  Une liste qui n'est pas signée n'a pas d'effet ; la dernière bonne liste reste en vigueur.

  @seul @besoin:relecture-de-la-liste
  Scénario: WL-05-N, une liste sans signature n'est pas prise
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand la liste blanche est publiée avec la faute "whitelist-unsigned"
    Alors le candidat ne tient pas compte de cette liste
    Et la même liste, sans faute, est prise en compte
    Et un autre message honnête de l'opérateur voisin est remis
