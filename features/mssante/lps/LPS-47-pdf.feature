# language: fr
@LPS-47 @role:lps @mode:- @mineure
Fonctionnalité: Un PDF/A-1 accompagne le CDA

  Son nom est DATE_TYPE_NOM_PRENOM, et au besoin un numéro.

  @besoin:documents
  Scénario: LPS-47-P, le PDF est joint et bien nommé
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "document"
    Alors le message du logiciel est conforme
