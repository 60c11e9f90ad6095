# language: fr
@MTA-01 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: STARTTLS est offert aux autres opérateurs

  Un opérateur qui se connecte lit STARTTLS dans la réponse à EHLO.

  Scénario: MTA-01-P, un opérateur qui se connecte lit STARTTLS
    Quand l'opérateur voisin se connecte en clair
    Alors STARTTLS est annoncé à l'opérateur voisin
