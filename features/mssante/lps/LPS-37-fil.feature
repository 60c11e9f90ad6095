# language: fr
@LPS-37 @role:lps @mode:- @mineure
Fonctionnalité: Message-ID, In-Reply-To et References tiennent le fil

  La réponse nomme le message et garde toute la chaîne.

  @besoin:reponse
  Scénario: LPS-37-P, la réponse garde le fil
    Étant donné le logiciel passe le témoin "ouverture"
    Et la boîte reçoit un message, variante "fil"
    Et le logiciel relève la boîte
    Quand le logiciel envoie un message, variante "reponse"
    Alors le message du logiciel est conforme
