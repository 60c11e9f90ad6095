# language: fr
@TOK-17 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Une clé retirée ne vaut plus

  Plus de dix minutes après qu'une clé a quitté la publication, les jetons qu'elle signe n'ouvrent plus rien.

  @seul @long @besoin:temps-reel
  Scénario: TOK-17-N, un jeton signé d'une clé retirée depuis dix minutes est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand Pro Santé Connect a retiré une clé depuis 660 secondes
    Et le professionnel ouvre sa boîte avec un jeton valable
    Et un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-key-retired"
    Alors la connexion est refusée
    Et le témoin passe

  @seul @besoin:horloge
  Scénario: TOK-17-N~horloge, un jeton signé d'une clé retirée depuis dix minutes est refusé, à l'horloge du candidat
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand Pro Santé Connect a retiré une clé depuis 660 secondes
    Et le professionnel ouvre sa boîte avec un jeton valable
    Et un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-key-retired"
    Alors la connexion est refusée
    Et le témoin passe
