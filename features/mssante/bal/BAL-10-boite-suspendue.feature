# language: fr
@BAL-10 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-suspendue
Fonctionnalité: Une boîte en cours de suppression est fermée

  Une boîte en cours de suppression est fermée à tous.

  Scénario: BAL-10-N, une boîte en cours de suppression est refusée à son titulaire
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "suspendue" avec le jeton de "titulaire"
    Alors la connexion est refusée
    Et le témoin passe
