# language: fr
@IMAP-17 @role:mss-imap @mode:- @majeure
Fonctionnalité: Un autre schéma que Bearer est refusé

  Un jeton valable présenté sous le schéma Basic ou MAC est refusé.

  Plan du Scénario: <cas>, un jeton sous le schéma <schéma> est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client présente une réponse XOAUTH2 de la forme "<forme>"
    Alors la connexion est refusée
    Et le témoin passe

    Exemples:
      | cas             | schéma | forme        |
      | IMAP-17-N~basic | Basic  | schema-basic |
      | IMAP-17-N~mac   | MAC    | schema-mac   |
