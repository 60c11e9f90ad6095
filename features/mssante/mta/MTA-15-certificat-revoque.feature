# language: fr
@MTA-15 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Un certificat révoqué est refusé

  Le sujet est inscrit, mais la liste de révocation de l'autorité porte le certificat : rien n'est remis.

  Scénario: MTA-15-N, un message sous un certificat révoqué est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message sous le certificat "révoqué"
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et un autre message honnête de l'opérateur voisin est remis
