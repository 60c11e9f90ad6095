# language: fr
@MTA-04 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Le certificat inscrit d'un opérateur est admis

  Un message remis sous un certificat dont le sujet est inscrit pour le domaine de l'expéditeur est pris et remis ; le certificat suivant du même opérateur, de même sujet, l'est aussi, car la liste inscrit un sujet.

  Plan du Scénario: <cas>, un message sous un certificat <quel> est pris et remis
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message sous le certificat "<certificat>"
    Alors le message de l'opérateur voisin est pris
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas                | quel                         | certificat |
      | MTA-04-P~inscrit   | inscrit                      | honnête    |
      | MTA-04-P~renouvele | nouveau, au même sujet inscrit | renouvelé  |
