# language: fr
@LPS-32 @role:lps @mode:- @mineure
Fonctionnalité: X-MSS-CODECDA est absent sans document

  Un message sans archive ne porte pas X-MSS-CODECDA.

  Scénario: LPS-32-N, sans document, pas de code
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "simple"
    Alors le message du logiciel est conforme
    Et le logiciel passe de nouveau le témoin "ouverture"
