# language: fr
@LPS-48 @role:lps @mode:- @majeure
Fonctionnalité: Une archive hostile n'arrête pas le logiciel

  Le message reçu porte une archive hostile ; le logiciel le lit, et doit servir encore.

  @seul
  Scénario: LPS-48-N1, une archive corrompue n'arrête pas le logiciel
    Étant donné le logiciel passe le témoin "ouverture"
    Et la boîte reçoit un message, variante "archive-corrompue"
    Quand le logiciel relève la boîte
    Alors le logiciel sert toujours
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-48-N2, une archive démesurée n'arrête pas le logiciel
    Étant donné le logiciel passe le témoin "ouverture"
    Et la boîte reçoit un message, variante "archive-explosive"
    Quand le logiciel relève la boîte
    Alors le logiciel sert toujours
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul
  Scénario: LPS-48-N3, une archive qui sortirait de son dossier n'arrête pas le logiciel
    Étant donné le logiciel passe le témoin "ouverture"
    Et la boîte reçoit un message, variante "archive-evasive"
    Quand le logiciel relève la boîte
    Alors le logiciel sert toujours
    Et le logiciel passe de nouveau le témoin "ouverture"
