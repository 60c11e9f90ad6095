# language: fr
@WL-13 @role:mss-operateur @mode:- @mineure
Fonctionnalité: La casse et l'écriture d'un nom international ne comptent pas

  Un domaine écrit en capitales, ou en Unicode, dans la liste est celui que l'enveloppe écrit en petites
  lettres, ou en ASCII.

  @seul @besoin:relecture-de-la-liste
  Plan du Scénario: <cas>, un domaine écrit en <écriture> est le même
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand la liste blanche est publiée avec un nouveau domaine, écrit en "<écriture>"
    Alors un message de ce domaine, écrit autrement, est pris
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas      | écriture  |
      | WL-13-P1 | capitales |
      | WL-13-P2 | unicode   |
