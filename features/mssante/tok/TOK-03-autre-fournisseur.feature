# language: fr
@TOK-03 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le jeton d'un autre fournisseur d'identité est refusé

  Un autre serveur OpenID publie des clés valables sous son propre nom : ses jetons n'ouvrent aucune boîte.

  Scénario: TOK-03-N, le jeton d'un autre fournisseur d'identité est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-issuer-foreign"
    Alors la connexion est refusée
    Et le témoin passe
