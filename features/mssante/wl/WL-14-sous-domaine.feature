# language: fr
@WL-14 @role:mss-operateur @mode:- @mineure
Fonctionnalité: Un sous-domaine n'est pas inscrit avec son domaine

  Un message d'un sous-domaine d'un domaine inscrit est refusé.

  @seul @besoin:relecture-de-la-liste
  Scénario: WL-14-N, un sous-domaine n'est pas inscrit avec son domaine
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand la liste blanche est publiée avec un nouveau domaine
    Alors un message d'un sous-domaine de celui-ci n'est pas pris
    Et ce domaine est reconnu
    Et un autre message honnête de l'opérateur voisin est remis
