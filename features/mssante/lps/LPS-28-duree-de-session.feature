# language: fr
@LPS-28 @role:lps @mode:- @majeure
Fonctionnalité: La session a une fin

  Par l'horloge du logiciel, avancée avec celle de l'étalon ; sinon par une pièce.

  @seul @besoin:horloge-lps
  Scénario: LPS-28-N1, sans usage, la session finit
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le professionnel laisse le logiciel 16 minutes
    Et l'étalon remarque si le logiciel n'a pas pris congé
    Et le professionnel laisse le logiciel 15 minutes
    Alors la session du logiciel est terminée
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul @besoin:horloge-lps
  Scénario: LPS-28-N2, en usage, la session finit après quatre heures
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le professionnel se sert du logiciel pendant 242 minutes
    Alors la session du logiciel est terminée
    Et le logiciel passe de nouveau le témoin "ouverture"

  @besoin:piece
  Scénario: LPS-28-D, une pièce montre la durée de la session
    Étant donné le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
