# language: fr
@LPS-31 @role:lps @mode:- @majeure
Fonctionnalité: X-MSS-CODECDA dit les types des documents

  Les codes sont ceux des CDA de l'archive, séparés par des virgules.

  @besoin:documents
  Scénario: LPS-31-P, deux documents, deux codes
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "deux-documents"
    Alors le message du logiciel est conforme
