# language: fr
@MTA-26 @role:mss-operateur @mode:- @majeure
Fonctionnalité: Un message de 10 Mio est pris

  Un message de 10 485 760 octets est pris d'un autre opérateur.

  Scénario: MTA-26-P, un message de 10 Mio est pris
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "dix-mio"
    Alors le message de l'opérateur voisin est pris
    Et un autre message honnête de l'opérateur voisin est remis
