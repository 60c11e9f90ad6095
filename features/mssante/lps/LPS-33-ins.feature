# language: fr
@LPS-33 @role:lps @mode:- @majeure
Fonctionnalité: X-MSS-INS dit si l'INS est qualifiée

  O pour une INS qualifiée, N sinon.

  @besoin:documents
  Scénario: LPS-33-P1, une INS qualifiée vaut O
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "document"
    Alors le message du logiciel est conforme

  @besoin:documents
  Scénario: LPS-33-P2, une INS non qualifiée vaut N
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "ins-non-qualifiee"
    Alors le message du logiciel est conforme
