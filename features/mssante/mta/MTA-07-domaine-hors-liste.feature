# language: fr
@MTA-07 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Un domaine hors de la liste blanche est refusé

  Un expéditeur dont le domaine n'est pas inscrit est refusé, quel que soit le certificat.

  Scénario: MTA-07-N, un expéditeur dont le domaine n'est pas inscrit est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "domaine-hors-liste"
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et un autre message honnête de l'opérateur voisin est remis
