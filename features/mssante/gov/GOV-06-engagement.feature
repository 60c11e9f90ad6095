# language: fr
@GOV-06 @role:mss-organisation @mode:- @bloquante @besoin:piece
Fonctionnalité: La conformité est attestée avant l'échéance

  La conformité est attestée.

  Scénario: GOV-06-D, l'engagement signé de l'opérateur est joint
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
    Et le rapport de l'étalon qui l'accompagne est intègre et conclut conforme
