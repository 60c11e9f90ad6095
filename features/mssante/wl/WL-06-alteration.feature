# language: fr
@WL-06 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Une liste altérée n'est pas prise

  Une liste dont un domaine est changé ou ajouté après la signature, ou dont la signature est fausse, n'a pas
  d'effet.

  @seul @besoin:relecture-de-la-liste
  Plan du Scénario: <cas>, une liste altérée n'est pas prise (<faute>)
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand la liste blanche est publiée avec la faute "<faute>"
    Alors le candidat ne tient pas compte de cette liste
    Et la même liste, sans faute, est prise en compte
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas      | faute                       |
      | WL-06-N1 | whitelist-domain-renamed    |
      | WL-06-N2 | whitelist-domain-added      |
      | WL-06-N3 | whitelist-signature-flipped |
