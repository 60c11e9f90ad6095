# language: fr
@MTA-12 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: TLS 1.0 et 1.1 sont refusés aux autres opérateurs

  Un opérateur qui n'offre que TLS 1.0 ou 1.1 n'obtient qu'une alerte ou une fermeture. TLS 1.0 fut toléré jusqu'à la fin de la mise en conformité au Référentiel #1 v1.5.

  Plan du Scénario: <cas>, une liaison qui n'offre que <version> est refusée
    # Le ClientHello est fait à la main : un ServerHello vaut acceptation.
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin n'offre à la liaison que "<offre>"
    Alors l'offre de l'opérateur voisin est refusée
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas       | version | offre   |
      | MTA-12-N1 | TLS 1.1 | tls-1.1 |
      | MTA-12-N2 | TLS 1.0 | tls-1.0 |
