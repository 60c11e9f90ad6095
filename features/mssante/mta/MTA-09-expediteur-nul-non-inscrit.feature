# language: fr
@MTA-09 @role:mss-operateur @mode:- @majeure
Fonctionnalité: L'expéditeur nul est refusé à qui n'est pas inscrit

  L'expéditeur vide ne dispense pas d'être inscrit.

  Scénario: MTA-09-N, un message sans expéditeur est refusé à qui n'est pas inscrit
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand un opérateur inconnu remet un message, variante "expediteur-nul"
    Alors le message de l'opérateur voisin n'est ni pris ni remis
    Et un autre message honnête de l'opérateur voisin est remis
