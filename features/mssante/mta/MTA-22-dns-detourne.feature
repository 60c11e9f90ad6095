# language: fr
@MTA-22 @role:mss-operateur @mode:- @bloquante @besoin:envoi-du-candidat
Fonctionnalité: Un détournement du DNS ne livre aucun message

  Le MX d'un domaine inscrit mène au serveur d'un autre opérateur, inscrit lui aussi : son sujet n'est pas celui de ce domaine, et aucun message ne lui est donné.

  Scénario: MTA-22-N, rien n'est donné au serveur d'un autre opérateur inscrit
    Étant donné un message honnête du candidat parvient à l'opérateur voisin
    Quand le candidat envoie un message à l'opérateur "detourne"
    Alors cet opérateur est appelé, et aucun message ne lui est donné
    Et un autre message honnête du candidat parvient à l'opérateur voisin
