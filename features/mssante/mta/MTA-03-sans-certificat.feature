# language: fr
@MTA-03 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Le certificat de l'autre opérateur est exigé

  Qui sécurise la liaison sans montrer de certificat ne remet rien : la liaison, ou le message, est refusé.

  Scénario: MTA-03-N, un message remis sans montrer de certificat est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message sous le certificat "aucun"
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et un autre message honnête de l'opérateur voisin est remis
