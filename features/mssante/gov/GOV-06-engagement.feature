# language: fr
@GOV-06 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:piece-gov-06
Fonctionnalité: La conformité est attestée avant l'échéance

  La conformité est attestée.

  Scénario: GOV-06-D, l'engagement signé de l'opérateur est joint
    Quand l'opérateur déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
