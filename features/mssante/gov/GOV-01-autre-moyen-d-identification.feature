# language: fr
@GOV-01 @role:mss-organisation @mode:- @mineure @besoin:piece
Fonctionnalité: Un autre moyen d'identification reste facultatif

  Un moyen d'identification de plus n'est qu'une recommandation.

  Scénario: GOV-01-D, la déclaration sur les moyens d'identification est jointe
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
