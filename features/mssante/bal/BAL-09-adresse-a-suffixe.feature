# language: fr
@BAL-09 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Une adresse à suffixe n'ouvre pas la boîte d'un autre

  Un suffixe n'ouvre jamais la boîte d'un autre.

  Scénario: BAL-09-N, une adresse à suffixe est refusée ou ouvre la boîte du titulaire
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "suffixe" avec le jeton de "titulaire"
    Alors la connexion est refusée, ou ouvre la même boîte
    Et le témoin passe
