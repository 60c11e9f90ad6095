# language: fr
@TOK-04 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Un jeton expiré est refusé

  Passé la fin de validité du jeton, augmentée de la dérive d'horloge que l'opérateur déclare (soixante secondes
  au plus), le jeton n'ouvre plus rien.

  Scénario: TOK-04-N1, un jeton expiré depuis une heure est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-expired-1h"
    Alors la connexion est refusée
    Et le témoin passe

  @besoin:derive-sous-la-minute
  Scénario: TOK-04-N2, un jeton expiré depuis une minute est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-expired-60s"
    Alors la connexion est refusée
    Et le témoin passe

  @besoin:derive-nulle
  Scénario: TOK-04-N3, un jeton expiré depuis une seconde est refusé par qui ne déclare aucune dérive
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-expired-1s"
    Alors la connexion est refusée
    Et le témoin passe
