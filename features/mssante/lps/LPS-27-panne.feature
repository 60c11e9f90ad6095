# language: fr
@LPS-27 @role:lps @mode:- @majeure
Fonctionnalité: Une panne de la messagerie n'arrête pas le reste

  Une pièce le montre ; où le logiciel peut être conduit, c'est aussi essayé.

  @besoin:piece
  Scénario: LPS-27-D, une pièce montre que le reste du logiciel sert
    Étant donné le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture

  @seul @besoin:ailleurs
  Scénario: LPS-27-N, la messagerie en panne, le reste répond
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'opérateur d'essai est en panne devant le logiciel
    Quand le logiciel relève la boîte
    Et le professionnel se sert du reste du logiciel
    Alors le reste du logiciel répond
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"
