# language: fr
@MTA-19 @role:mss-operateur @mode:- @bloquante @besoin:envoi-du-candidat
Fonctionnalité: Rien n'est donné en clair

  Le serveur du destinataire n'offre pas STARTTLS : aucun message ne part, ni son enveloppe.

  Scénario: MTA-19-N, rien n'est donné à un serveur qui n'offre pas STARTTLS
    Étant donné un message honnête du candidat parvient à l'opérateur voisin
    Quand le candidat envoie un message à l'opérateur "sans-tls"
    Alors cet opérateur est appelé, et aucun message ne lui est donné
    Et un autre message honnête du candidat parvient à l'opérateur voisin
