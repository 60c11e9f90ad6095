# language: fr
@LPS-34 @role:lps @mode:- @mineure
Fonctionnalité: X-MSS-INS est absent sans document

  Un message sans archive ne porte pas X-MSS-INS.

  Scénario: LPS-34-N, sans document, pas d'INS
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "simple"
    Alors le message du logiciel est conforme
    Et le logiciel passe de nouveau le témoin "ouverture"
