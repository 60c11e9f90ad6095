# language: fr
@FI-52 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le passage au bac à sable est attesté

  Le rapport signé du passage au bac à sable est joint, avec sa date ; le présent rapport en tient lieu s'il est
  reconnu équivalent.

  @besoin:piece
  Scénario: FI-52-D, le rapport du passage au bac à sable est joint
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
