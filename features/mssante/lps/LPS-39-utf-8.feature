# language: fr
@LPS-39 @role:lps @mode:- @mineure
Fonctionnalité: Les textes sont en UTF-8

  Un texte accentué est en UTF-8, et arrive tel quel.

  Scénario: LPS-39-P, le texte accentué est en UTF-8
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "simple"
    Alors le message du logiciel est conforme
