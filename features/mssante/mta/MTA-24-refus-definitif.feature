# language: fr
@MTA-24 @role:mss-operateur @mode:- @majeure @besoin:envoi-du-candidat @besoin:boite-du-candidat-lisible
Fonctionnalité: Un refus définitif revient à l'expéditeur

  Un destinataire refusé par 550 donne un avis d'échec, qui porte la réponse de l'autre opérateur.

  Scénario: MTA-24-P, un refus définitif revient à l'expéditeur avec sa raison
    Étant donné un message honnête du candidat parvient à l'opérateur voisin
    Quand le candidat envoie à l'opérateur voisin un message que celui-ci refuse par "550"
    Alors l'échec revient à l'expéditeur, avec la réponse de l'opérateur voisin
    Et un autre message honnête du candidat parvient à l'opérateur voisin
