# language: fr
@WL-02 @role:mss-operateur @mode:- @majeure
Fonctionnalité: Un domaine ajouté à la liste est reconnu

  Une fois la liste relue, un message d'un domaine qui vient d'y entrer est pris.

  @seul @besoin:relecture-de-la-liste
  Scénario: WL-02-P, un domaine ajouté est reconnu
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand la liste blanche est publiée avec un nouveau domaine
    Alors un message de ce domaine est pris
    Et un autre message honnête de l'opérateur voisin est remis
