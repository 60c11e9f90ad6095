# language: fr
@MTA-16 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Un certificat d'une autre autorité est refusé

  Un certificat au sujet inscrit, auto-signé ou d'une autorité inconnue, ne remet rien.

  Plan du Scénario: <cas>, un message sous un certificat <quel> est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message sous le certificat "<certificat>"
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas       | quel                    | certificat     |
      | MTA-16-N1 | auto-signé              | auto-signé     |
      | MTA-16-N2 | d'une autorité inconnue | autre-autorité |
