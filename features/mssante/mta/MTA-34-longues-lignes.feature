# language: fr
@MTA-34 @role:mss-operateur @mode:- @mineure @besoin:boite-du-candidat-lisible
Fonctionnalité: Longues lignes et accents restent entiers

  Des lignes de 998 octets, un champ en RFC 2047 et, où 8BITMIME est offert, des octets de huit bits parviennent inchangés.

  Scénario: MTA-34-P, longues lignes et accents restent entiers
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "longues-lignes"
    Alors le message de l'opérateur voisin est pris
    Et le message de l'opérateur voisin est remis inchangé
    Et un autre message honnête de l'opérateur voisin est remis
