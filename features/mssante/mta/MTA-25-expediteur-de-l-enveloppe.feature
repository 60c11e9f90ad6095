# language: fr
@MTA-25 @role:mss-operateur @mode:- @bloquante @besoin:envoi-du-candidat
Fonctionnalité: L'enveloppe porte la boîte de l'expéditeur

  MAIL FROM est la boîte qui envoie, d'un domaine inscrit de l'opérateur.

  Scénario: MTA-25-P, l'enveloppe porte la boîte qui envoie
    Quand le candidat envoie un message à l'opérateur "voisin"
    Alors l'expéditeur de l'enveloppe est la boîte, d'un domaine inscrit
