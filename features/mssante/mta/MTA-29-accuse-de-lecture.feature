# language: fr
@MTA-29 @role:mss-operateur @mode:- @majeure
Fonctionnalité: L'accusé de lecture passe d'un opérateur à l'autre

  Un accusé de lecture garde son type et le nom du message lu, dans un sens comme dans l'autre.

  @besoin:envoi-du-candidat
  Scénario: MTA-29-P1, un accusé de lecture part inchangé
    Étant donné un message honnête du candidat parvient à l'opérateur voisin
    Quand le candidat envoie à l'opérateur voisin un accusé de lecture
    Alors l'accusé de lecture lui parvient inchangé
    Et un autre message honnête du candidat parvient à l'opérateur voisin

  @besoin:boite-du-candidat-lisible
  Scénario: MTA-29-P2, un accusé de lecture d'un autre opérateur est remis inchangé
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "accuse"
    Alors le message de l'opérateur voisin est pris
    Et le message de l'opérateur voisin est remis inchangé
    Et un autre message honnête de l'opérateur voisin est remis
