# language: fr
@TOK-16 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: La rotation des clés est suivie

  Quand Pro Santé Connect publie une nouvelle clé et signe avec elle, ses jetons sont acceptés dès le premier,
  ou dans les cinq minutes.

  @seul @long @besoin:temps-reel
  Scénario: TOK-16-P, les jetons d'une nouvelle clé sont acceptés
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand Pro Santé Connect publie une nouvelle clé et retire la plus ancienne
    Alors un jeton de la nouvelle clé est accepté dans les cinq minutes
    Et le témoin passe

  @seul @besoin:horloge
  Scénario: TOK-16-P~horloge, les jetons d'une nouvelle clé sont acceptés, cinq minutes passées à l'horloge du candidat
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand Pro Santé Connect publie une nouvelle clé et retire la plus ancienne
    Et 300 secondes passent
    Alors un jeton de la nouvelle clé est accepté dans les cinq minutes
    Et le témoin passe
