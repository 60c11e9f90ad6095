# language: fr
@TOK-43 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Une durée de vie démesurée est refusée

  Un jeton de dix ans, que Pro Santé Connect ne donne jamais, est relevé s'il est accepté ; il est conseillé de
  refuser au-delà d'une heure.

  Scénario: TOK-43-N, un jeton de dix ans est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-life-10years"
    Alors la connexion est refusée
    Et le témoin passe
