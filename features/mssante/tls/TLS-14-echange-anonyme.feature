# language: fr
@TLS-14 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Aucun échange de clés anonyme

  Les suites qui n'authentifient pas le serveur sont refusées.

  Scénario: TLS-14-N, une liaison qui n'offre que des échanges de clés anonymes est refusée
    # Le ClientHello est fait à la main : un ServerHello vaut acceptation.
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client n'offre à la liaison que "anonyme"
    Alors l'offre est refusée
    Et le témoin passe
