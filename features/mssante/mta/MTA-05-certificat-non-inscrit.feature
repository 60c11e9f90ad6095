# language: fr
@MTA-05 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Un certificat qui n'est pas inscrit est refusé

  Un certificat de la même autorité, dont aucune ligne de la liste blanche ne porte le sujet, ne remet rien.

  Scénario: MTA-05-N, un message sous un certificat qui n'est pas inscrit est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message sous le certificat "inconnu"
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et un autre message honnête de l'opérateur voisin est remis
