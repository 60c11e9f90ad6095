# language: fr
@MTA-08 @role:mss-operateur @mode:- @majeure
Fonctionnalité: L'expéditeur nul est admis d'un opérateur inscrit

  Un avis de remise, dont l'expéditeur est vide, est pris quand un opérateur inscrit le remet.

  Scénario: MTA-08-P, un message sans expéditeur est pris d'un opérateur inscrit
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "expediteur-nul"
    Alors le message de l'opérateur voisin est pris
    Et un autre message honnête de l'opérateur voisin est remis
