# language: fr
@MTA-02 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Un message en clair est refusé

  Sans TLS, un message est refusé au plus tard au destinataire, et n'arrive pas.

  Scénario: MTA-02-N, un message remis sans TLS est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message en clair
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et un autre message honnête de l'opérateur voisin est remis
