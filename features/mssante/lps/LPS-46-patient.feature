# language: fr
@LPS-46 @role:lps @mode:- @majeure
Fonctionnalité: METADATA.XML désigne le patient par son INS

  patientId est l'INS du patient, comme dans le CDA.

  @besoin:documents
  Scénario: LPS-46-P, le patient est désigné par son INS
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "document"
    Alors le message du logiciel est conforme
