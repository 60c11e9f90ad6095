# language: fr
@MTA-36 @role:mss-operateur @mode:- @mineure @besoin:boite-du-candidat-lisible
Fonctionnalité: Une pièce malveillante n'est pas remise

  Un message qui porte le fichier d'essai des antivirus est refusé, ou arrive sans lui.

  Scénario: MTA-36-N, le fichier d'essai des antivirus n'est pas remis
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "malveillante"
    Alors la pièce malveillante n'est pas remise
    Et un autre message honnête de l'opérateur voisin est remis
