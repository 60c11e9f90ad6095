# language: fr
@WL-03 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Un domaine retiré de la liste n'est plus reconnu

  Une fois la liste relue, un message d'un domaine qui en est sorti est refusé, et l'opérateur n'y envoie plus
  rien.

  @seul @besoin:relecture-de-la-liste
  Scénario: WL-03-N1, un message d'un domaine retiré est refusé
    Étant donné un message honnête de l'opérateur voisin est remis
    Et un message du second opérateur est pris
    Quand la liste blanche est publiée sans le domaine du second opérateur
    Alors un message du second opérateur n'est pas pris
    Et un autre message honnête de l'opérateur voisin est remis

  @seul @besoin:relecture-de-la-liste @besoin:envoi-du-candidat
  Scénario: WL-03-N2, rien n'est envoyé à un domaine retiré
    Étant donné un message honnête du candidat parvient à l'opérateur voisin
    Et un message du candidat parvient au second opérateur
    Quand la liste blanche est publiée sans le domaine du second opérateur
    Et le candidat envoie un message à l'opérateur "second"
    Alors le second opérateur n'a rien reçu du candidat
    Et un autre message honnête du candidat parvient à l'opérateur voisin
