# language: fr
@MTA-30 @role:mss-operateur @mode:- @majeure @besoin:boite-du-candidat-lisible
Fonctionnalité: Les en-têtes X-MSS d'un autre opérateur sont gardés

  X-MSS-INS, X-MSS-CODECDA et X-MSS-NIL parviennent dans la boîte octet pour octet.

  Scénario: MTA-30-P, les en-têtes X-MSS d'un autre opérateur sont gardés
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "entetes-mss"
    Alors le message de l'opérateur voisin est pris
    Et le message de l'opérateur voisin est remis inchangé
    Et un autre message honnête de l'opérateur voisin est remis
