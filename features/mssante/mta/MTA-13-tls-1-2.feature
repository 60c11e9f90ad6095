# language: fr
@MTA-13 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: TLS 1.2 est admis des autres opérateurs

  Un opérateur qui ne parle que TLS 1.2 remet son message.

  Scénario: MTA-13-P, un opérateur qui ne parle que TLS 1.2 remet son message
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message en TLS 1.2 seulement
    Alors le message de l'opérateur voisin est pris
    Et un autre message honnête de l'opérateur voisin est remis
