# language: fr
@LPS-43 @role:lps @mode:- @mineure
Fonctionnalité: Aucun accusé sans demande

  Le message reçu ne porte pas Disposition-Notification-To.

  Scénario: LPS-43-N, aucun accusé n'est envoyé
    Étant donné le logiciel passe le témoin "ouverture"
    Et la boîte reçoit un message, variante "simple"
    Quand le logiciel relève la boîte
    Alors le logiciel n'envoie aucun accusé
    Et le logiciel passe de nouveau le témoin "ouverture"
