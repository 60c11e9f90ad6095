# language: fr
@MTA-10 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Rien n'est relayé d'un opérateur à l'autre

  Un destinataire d'un autre opérateur est refusé, et rien ne part vers lui.

  Scénario: MTA-10-N, un message pour un autre opérateur est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "pour-le-second"
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et le second opérateur n'a rien reçu de ce message
    Et un autre message honnête de l'opérateur voisin est remis
