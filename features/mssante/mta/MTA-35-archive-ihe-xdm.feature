# language: fr
@MTA-35 @role:mss-operateur @mode:- @majeure @besoin:boite-du-candidat-lisible
Fonctionnalité: L'archive IHE_XDM parvient intacte

  Les empreintes SHA-256 d'IHE_XDM.zip et du PDF joint sont les mêmes au départ et dans la boîte.

  Scénario: MTA-35-P, IHE_XDM.zip et le PDF joint parviennent intacts
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "archive"
    Alors le message de l'opérateur voisin est pris
    Et le message de l'opérateur voisin est remis inchangé
    Et un autre message honnête de l'opérateur voisin est remis
