# language: fr
@LPS-36 @role:lps @mode:- @mineure
Fonctionnalité: X-MSS-MES est absent d'un message à un professionnel

  Un message à un professionnel ne porte pas X-MSS-MES.

  Scénario: LPS-36-N, à un professionnel, pas de fin
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "simple"
    Alors le message du logiciel est conforme
    Et le logiciel passe de nouveau le témoin "ouverture"
