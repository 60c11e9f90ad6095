# language: fr
@MTA-14 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Un certificat expiré est refusé

  Le sujet est inscrit et l'autorité bonne, mais le certificat est expiré : rien n'est remis.

  Scénario: MTA-14-N, un message sous un certificat expiré est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message sous le certificat "expiré"
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et un autre message honnête de l'opérateur voisin est remis
