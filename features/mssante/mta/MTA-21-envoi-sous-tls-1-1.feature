# language: fr
@MTA-21 @role:mss-operateur @mode:- @majeure @besoin:envoi-du-candidat
Fonctionnalité: Rien n'est donné sous TLS 1.1

  Le serveur du destinataire ne parle que TLS 1.1 : aucun message ne lui est donné.

  Scénario: MTA-21-N, rien n'est donné à un serveur qui ne parle que TLS 1.1
    Étant donné un message honnête du candidat parvient à l'opérateur voisin
    Quand le candidat envoie un message à l'opérateur "tls11"
    Alors cet opérateur est appelé, et aucun message ne lui est donné
    Et un autre message honnête du candidat parvient à l'opérateur voisin
