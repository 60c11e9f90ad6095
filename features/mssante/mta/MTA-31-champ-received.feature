# language: fr
@MTA-31 @role:mss-operateur @mode:- @mineure @besoin:boite-du-candidat-lisible
Fonctionnalité: L'opérateur laisse sa trace sur le message

  Un champ Received s'ajoute au-dessus des autres, et dit que la liaison était sous TLS.

  Scénario: MTA-31-P, un champ Received s'ajoute et dit TLS
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "vingt-serveurs"
    Alors le message de l'opérateur voisin est pris
    Et le candidat ajoute un champ Received, qui dit la liaison sous TLS
    Et un autre message honnête de l'opérateur voisin est remis
