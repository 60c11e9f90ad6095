# language: fr
@LPS-49 @role:lps @mode:- @mineure
Fonctionnalité: Le préfixe XDM est masqué

  Seul un écran le montre : une pièce est déclarée.

  @besoin:piece
  Scénario: LPS-49-D, une pièce montre la liste des messages
    Étant donné le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
