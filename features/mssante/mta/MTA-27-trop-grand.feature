# language: fr
@MTA-27 @role:mss-operateur @mode:- @mineure @besoin:limite-de-taille
Fonctionnalité: Un message trop grand est refusé

  Au-delà de la taille annoncée (SIZE), déclarée ou non, un message est refusé par 552.

  Plan du Scénario: <cas>, un message de taille <quelle> est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "<variante>"
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et le refus à l'opérateur voisin porte le code "552, 452"
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas       | quelle                                | variante        |
      | MTA-27-N1 | déclarée au-delà de ce qui est annoncé | taille-declaree |
      | MTA-27-N2 | dépassée sans être déclarée            | taille-depassee |
