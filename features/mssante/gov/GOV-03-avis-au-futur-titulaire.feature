# language: fr
@GOV-03 @role:mss-imap @role:mss-smtp @mode:- @mineure @besoin:piece-gov-03
Fonctionnalité: Le futur titulaire sait quelles boîtes il a déjà

  Le professionnel apprend quelles boîtes il a déjà.

  Scénario: GOV-03-D, un exemple de l'avis au futur titulaire est joint
    Quand l'opérateur déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
