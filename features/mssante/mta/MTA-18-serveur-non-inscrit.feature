# language: fr
@MTA-18 @role:mss-operateur @mode:- @bloquante @besoin:envoi-du-candidat
Fonctionnalité: Rien n'est donné à un serveur qui n'est pas inscrit

  Le serveur du destinataire montre un certificat de la bonne autorité, dont la liste n'inscrit le sujet pour personne : aucun message ne lui est donné, et l'expéditeur finit par le savoir.

  Scénario: MTA-18-N1, rien n'est donné à un serveur dont le sujet n'est pas inscrit
    Étant donné un message honnête du candidat parvient à l'opérateur voisin
    Quand le candidat envoie un message à l'opérateur "autre-sujet"
    Alors cet opérateur est appelé, et aucun message ne lui est donné
    Et un autre message honnête du candidat parvient à l'opérateur voisin

  @seul @besoin:abandon-declare @besoin:boite-du-candidat-lisible
  Scénario: MTA-18-N2, le message qu'aucun serveur inscrit ne prend revient à l'expéditeur
    Étant donné un message honnête du candidat parvient à l'opérateur voisin
    Quand le candidat envoie un message à l'opérateur "autre-sujet"
    Alors l'échec revient à l'expéditeur dans le délai déclaré
    Et un autre message honnête du candidat parvient à l'opérateur voisin
