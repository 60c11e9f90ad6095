# language: fr
@WL-11 @role:mss-operateur @mode:- @majeure
Fonctionnalité: Une liste illisible ou vide ne remplace pas la dernière bonne

  Une liste coupée, sans domaine, un fichier vide ou une page laissent la dernière bonne liste en vigueur.

  @seul @besoin:relecture-de-la-liste
  Plan du Scénario: <cas>, une liste illisible ou vide laisse la dernière bonne en vigueur (<faute>)
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand la liste blanche est publiée avec la faute "<faute>"
    Alors le candidat s'en tient à la dernière bonne liste
    Et la même liste, sans faute, est prise en compte
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas      | faute               |
      | WL-11-N1 | whitelist-truncated |
      | WL-11-N2 | whitelist-no-domain |
      | WL-11-N3 | whitelist-blank     |
      | WL-11-N4 | whitelist-page      |
