# language: fr
@TLS-09 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: TLS 1.1 est refusé

  Un client qui n'offre que TLS 1.1 n'obtient qu'une alerte ou une fermeture.

  Scénario: TLS-09-N, une liaison qui n'offre que TLS 1.1 est refusée
    # Le ClientHello est fait à la main : un ServerHello vaut acceptation.
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client n'offre à la liaison que "tls-1.1"
    Alors l'offre est refusée
    Et le témoin passe
