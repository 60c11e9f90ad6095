# language: fr
@LPS-42 @role:lps @mode:- @mineure
Fonctionnalité: L'accusé demandé peut être renvoyé

  multipart/report, avec Final-Recipient, Disposition et Original-Message-ID.

  @besoin:accuse
  Scénario: LPS-42-P, l'accusé est renvoyé
    Étant donné le logiciel passe le témoin "ouverture"
    Et la boîte reçoit un message, variante "accuse-demande"
    Et le logiciel relève la boîte
    Quand le professionnel envoie l'accusé demandé
    Alors l'accusé du logiciel est conforme
