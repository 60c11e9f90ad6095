# language: fr
@WL-04 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Le certificat du serveur de la liste est vérifié

  D'un serveur au certificat autosigné, d'une autre autorité ou d'un autre hôte, aucune liste n'est prise ; la
  dernière bonne liste reste en vigueur.

  @seul @besoin:relecture-de-la-liste
  Plan du Scénario: <cas>, une liste d'un serveur au certificat fautif (<certificat>) n'est pas prise
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand la liste blanche est publiée par un serveur au certificat "<certificat>"
    Alors le candidat ne tient pas compte de cette liste
    Et la même liste, sans faute, est prise en compte
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas      | certificat  |
      | WL-04-N1 | self-signed |
      | WL-04-N2 | unknown-ca  |
      | WL-04-N3 | wrong-host  |
