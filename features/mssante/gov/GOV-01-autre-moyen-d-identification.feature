# language: fr
@GOV-01 @role:mss-imap @role:mss-smtp @mode:- @mineure @besoin:piece-gov-01
Fonctionnalité: Un autre moyen d'identification reste facultatif

  Un moyen d'identification de plus n'est qu'une recommandation.

  Scénario: GOV-01-D, la déclaration sur les moyens d'identification est jointe
    Quand l'opérateur déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
