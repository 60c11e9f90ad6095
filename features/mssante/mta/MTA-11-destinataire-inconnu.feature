# language: fr
@MTA-11 @role:mss-operateur @mode:- @majeure
Fonctionnalité: L'échec d'une remise est dit à l'autre opérateur

  Un destinataire qui n'existe pas est refusé, ou un avis d'échec revient à l'expéditeur.

  Scénario: MTA-11-N, l'échec d'un message pour une boîte inconnue est dit
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "destinataire-inconnu"
    Alors l'échec est dit à l'opérateur voisin
    Et un autre message honnête de l'opérateur voisin est remis
