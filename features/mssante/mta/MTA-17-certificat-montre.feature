# language: fr
@MTA-17 @role:mss-operateur @mode:- @bloquante @besoin:envoi-du-candidat
Fonctionnalité: L'opérateur montre son certificat inscrit en envoyant

  Un message qu'il envoie vient sous TLS, et le certificat montré a le sujet inscrit pour son domaine.

  Scénario: MTA-17-P, un message envoyé vient sous TLS avec le certificat inscrit
    Quand le candidat envoie un message à l'opérateur "voisin"
    Alors le message lui parvient sous le certificat inscrit
