# language: fr
@LPS-45 @role:lps @mode:- @majeure
Fonctionnalité: L'archive IHE_XDM est entière

  INDEX.HTM, README.TXT, IHE_XDM/SUBSETnn/METADATA.XML et les CDA, dont l'empreinte et la taille sont celles que dit METADATA.XML.

  @besoin:documents
  Scénario: LPS-45-P, l'archive est entière
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "deux-documents"
    Alors le message du logiciel est conforme
