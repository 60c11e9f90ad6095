# language: fr
@MTA-06 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Un opérateur n'écrit que pour ses domaines

  Un expéditeur du domaine d'un autre opérateur inscrit est refusé à qui ne montre pas le certificat de celui-ci.

  Scénario: MTA-06-N, un expéditeur du domaine d'un autre opérateur est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "domaine-du-second"
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et un autre message honnête de l'opérateur voisin est remis
