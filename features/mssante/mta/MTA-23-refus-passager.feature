# language: fr
@MTA-23 @role:mss-operateur @mode:- @majeure @besoin:envoi-du-candidat
Fonctionnalité: Un refus passager est suivi d'un autre essai

  Un destinataire refusé par 451 est essayé de nouveau, et le message lui parvient une seule fois.

  @besoin:reprise-rapide
  Scénario: MTA-23-P~rapide, un message refusé pour un temps est renvoyé
    Étant donné un message honnête du candidat parvient à l'opérateur voisin
    Quand le candidat envoie à l'opérateur voisin un message que celui-ci refuse par "451"
    Alors le message est renvoyé, et lui parvient une seule fois
    Et un autre message honnête du candidat parvient à l'opérateur voisin

  @long @besoin:reprise-lente
  Scénario: MTA-23-P~lente, un message refusé pour un temps est renvoyé, dans le délai déclaré
    Étant donné un message honnête du candidat parvient à l'opérateur voisin
    Quand le candidat envoie à l'opérateur voisin un message que celui-ci refuse par "451"
    Alors le message est renvoyé, et lui parvient une seule fois
    Et un autre message honnête du candidat parvient à l'opérateur voisin
