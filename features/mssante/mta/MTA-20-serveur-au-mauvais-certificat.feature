# language: fr
@MTA-20 @role:mss-operateur @mode:- @bloquante @besoin:envoi-du-candidat
Fonctionnalité: Rien n'est donné sous un certificat qui n'est pas bon

  Le serveur du destinataire montre un certificat expiré, ou d'une autorité inconnue : aucun message ne lui est donné.

  Plan du Scénario: <cas>, rien n'est donné à un serveur au certificat <quel>
    Étant donné un message honnête du candidat parvient à l'opérateur voisin
    Quand le candidat envoie un message à l'opérateur "<operateur>"
    Alors cet opérateur est appelé, et aucun message ne lui est donné
    Et un autre message honnête du candidat parvient à l'opérateur voisin

    Exemples:
      | cas       | quel                    | operateur |
      | MTA-20-N1 | expiré                  | expire    |
      | MTA-20-N2 | d'une autorité inconnue | etranger  |
