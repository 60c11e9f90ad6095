# language: fr
@BAL-08 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: La casse de l'adresse ne compte pas

  Les capitales d'une adresse ne font pas une autre boîte.

  Scénario: BAL-08-P, l'adresse écrite avec d'autres capitales ouvre la même boîte
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "capitales" avec le jeton de "titulaire"
    Alors la connexion est acceptée
    Et c'est la même boîte
