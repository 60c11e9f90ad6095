# language: fr
@LPS-50 @role:lps @mode:- @majeure
Fonctionnalité: Les traces fonctionnelles sont tenues

  Un extrait des traces, après des échanges d'essai, est déclaré.

  @besoin:piece
  Scénario: LPS-50-D, une pièce montre les traces
    Étant donné le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
