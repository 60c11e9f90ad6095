# language: fr
@WL-09 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: La liste ne fait rien lire ni développer

  Une liste dont la déclaration de type nomme une adresse étrangère ne la fait pas appeler ; une entité qui se
  développe en un million de fois sa taille n'est pas développée.

  @seul @besoin:relecture-de-la-liste
  Plan du Scénario: <cas>, les entités de la liste ne sont ni lues ni développées (<faute>)
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand la liste blanche est publiée avec la faute "<faute>"
    Alors le candidat ne tient pas compte de cette liste
    Et la même liste, sans faute, est prise en compte
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas      | faute                      |
      | WL-09-N1 | whitelist-entity-external  |
      | WL-09-N2 | whitelist-entity-parameter |
      | WL-09-N3 | whitelist-entity-bomb      |
