# language: fr
@SMTP-20 @role:mss-operateur @mode:- @bloquante @besoin:soumission-declaree
Fonctionnalité: On écrit à tout domaine de l'espace de confiance

  Un destinataire d'un autre opérateur, dont le domaine est dans la liste blanche, est pris à la soumission et le message lui
  parvient par l'interface entre opérateurs.

  Scénario: SMTP-20-P, un message soumis pour un autre opérateur lui parvient
    Quand la personne soumet au candidat un message pour l'opérateur "voisin"
    Alors la soumission le prend, et il parvient à cet opérateur
