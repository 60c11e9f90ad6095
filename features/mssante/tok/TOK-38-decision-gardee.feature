# language: fr
@TOK-38 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Une décision favorable n'est pas gardée

  Cent trente secondes après qu'un jeton déjà accepté a été révoqué, il n'ouvre plus rien, bien que sa fin ne
  soit pas venue.

  @long @besoin:introspection @besoin:temps-reel
  Scénario: TOK-38-N, un jeton accepté puis révoqué est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Et un client a ouvert la boîte "personnelle" avec un jeton de 600 secondes
    Quand Pro Santé Connect révoque le jeton
    Et 130 secondes passent
    Et un client ouvre la boîte "personnelle" avec le même jeton
    Alors la connexion est refusée
    Et le témoin passe

  @seul @besoin:introspection @besoin:horloge
  Scénario: TOK-38-N~horloge, un jeton accepté puis révoqué est refusé, à l'horloge du candidat
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Et un client a ouvert la boîte "personnelle" avec un jeton de 600 secondes
    Quand Pro Santé Connect révoque le jeton
    Et 130 secondes passent
    Et un client ouvre la boîte "personnelle" avec le même jeton
    Alors la connexion est refusée
    Et le témoin passe
