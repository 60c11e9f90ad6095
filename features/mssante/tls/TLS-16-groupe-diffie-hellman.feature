# language: fr
@TLS-16 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Le groupe Diffie-Hellman a 2048 bits au moins

  Un client qui n'offre que l'échange Diffie-Hellman en corps fini est refusé, ou reçoit un nombre premier de
  2048 bits au moins.

  Scénario: TLS-16-N, un échange Diffie-Hellman ne se fait pas dans un petit groupe
    # Le nombre premier se lit dans le ServerKeyExchange.
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client n'offre à la liaison que "dhe"
    Alors le groupe d'échange a 2048 bits au moins, ou l'offre est refusée
    Et le témoin passe
