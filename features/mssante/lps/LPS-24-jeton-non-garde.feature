# language: fr
@LPS-24 @role:lps @mode:- @majeure
Fonctionnalité: Le jeton d'accès n'est pas gardé

  Une pièce le montre ; les fichiers que le candidat déclare sont lus aussi.

  @besoin:piece
  Scénario: LPS-24-D, une pièce montre que le jeton n'est pas gardé
    Étant donné le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture

  @besoin:journaux
  Scénario: LPS-24-N, aucun jeton dans les fichiers déclarés
    Étant donné le logiciel passe le témoin "envoi"
    Alors aucun jeton n'est dans les fichiers du logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
