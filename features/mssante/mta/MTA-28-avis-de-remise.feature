# language: fr
@MTA-28 @role:mss-operateur @mode:- @majeure @besoin:avis-de-remise-annonce
Fonctionnalité: Un avis de remise est fait

  NOTIFY=SUCCESS donne un avis de remise, qui revient à l'opérateur de l'expéditeur.

  Scénario: MTA-28-P, NOTIFY=SUCCESS donne un avis de remise
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "avis-de-remise"
    Alors le message de l'opérateur voisin est pris
    Et un avis de remise parvient à l'opérateur voisin
    Et un autre message honnête de l'opérateur voisin est remis
