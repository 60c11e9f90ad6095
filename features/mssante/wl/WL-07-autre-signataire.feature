# language: fr
@WL-07 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Une liste signée par un autre n'est pas prise

  Une liste bien signée, mais par un autre porteur, un certificat autosigné, une autorité inconnue, un
  certificat expiré ou une clé sans certificat, n'a pas d'effet.

  @seul @besoin:relecture-de-la-liste
  Plan du Scénario: <cas>, une liste signée par un autre n'est pas prise (<faute>)
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand la liste blanche est publiée avec la faute "<faute>"
    Alors le candidat ne tient pas compte de cette liste
    Et la même liste, sans faute, est prise en compte
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas      | faute                              |
      | WL-07-N1 | whitelist-signer-other             |
      | WL-07-N2 | whitelist-signer-self-signed       |
      | WL-07-N3 | whitelist-signer-foreign-authority |
      | WL-07-N4 | whitelist-signer-expired           |
      | WL-07-N5 | whitelist-signer-bare-key          |
