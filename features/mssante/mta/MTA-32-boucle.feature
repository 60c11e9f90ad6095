# language: fr
@MTA-32 @role:mss-operateur @mode:- @mineure
Fonctionnalité: Un message qui tourne est arrêté

  Un message qui porte plus de cent champs Received est refusé.

  Scénario: MTA-32-N, un message qui a passé plus de cent serveurs est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "boucle"
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et un autre message honnête de l'opérateur voisin est remis
