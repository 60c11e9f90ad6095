# language: fr
@FI-11 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: L'état est rendu tel qu'il a été reçu

  Un état de soixante-quatre caractères, dont des signes que les adresses codent, revient à l'identique.

  Scénario: FI-11-P, un état difficile à coder revient à l'identique
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "etat-difficile"
    Alors le fournisseur d'identité rend l'état tel qu'il l'a reçu
