# language: fr
@WL-12 @role:mss-operateur @mode:- @majeure
Fonctionnalité: Une liste injoignable laisse la dernière bonne en vigueur

  Quand le serveur de la liste refuse les connexions, le service continue avec la dernière bonne liste.

  @seul @besoin:relecture-de-la-liste
  Scénario: WL-12-N, une liste injoignable laisse la dernière bonne en vigueur
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand le serveur de la liste blanche ne répond plus
    Alors le candidat s'en tient à la dernière bonne liste
    Et le serveur de la liste blanche répond de nouveau
    Et un autre message honnête de l'opérateur voisin est remis
