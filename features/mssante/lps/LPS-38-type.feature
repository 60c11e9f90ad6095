# language: fr
@LPS-38 @role:lps @mode:- @mineure
Fonctionnalité: Le corps est du texte simple, ou une alternative

  text/plain ou multipart/alternative, dans multipart/mixed s'il y a des pièces.

  Scénario: LPS-38-P, le type du message convient
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "simple"
    Alors le message du logiciel est conforme
