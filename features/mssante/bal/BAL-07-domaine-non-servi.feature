# language: fr
@BAL-07 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Une boîte d'un autre domaine est refusée

  Un opérateur n'ouvre que les boîtes de ses domaines.

  Scénario: BAL-07-N, une boîte d'un autre domaine est refusée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "autre-domaine" avec le jeton de "titulaire"
    Alors la connexion est refusée
    Et le témoin passe
