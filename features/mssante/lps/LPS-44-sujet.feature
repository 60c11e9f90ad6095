# language: fr
@LPS-44 @role:lps @mode:- @majeure
Fonctionnalité: Le sujet d'un message à documents a la forme XDM

  XDM/1.0/DDM+libellé NOM prénom, et au besoin une date.

  @besoin:documents
  Scénario: LPS-44-P, le sujet a la forme attendue
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "document"
    Alors le message du logiciel est conforme
