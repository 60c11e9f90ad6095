# language: fr
@TLS-11 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: SSL 3.0 est refusé

  Un client qui n'offre que SSL 3.0 n'obtient qu'une alerte ou une fermeture.

  Scénario: TLS-11-N, une liaison qui n'offre que SSL 3.0 est refusée
    # Le ClientHello est fait à la main : un ServerHello vaut acceptation.
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client n'offre à la liaison que "ssl-3.0"
    Alors l'offre est refusée
    Et le témoin passe
