# language: fr
@BAL-02 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-personnelle
Fonctionnalité: Une boîte personnelle ne s'ouvre à personne d'autre

  La boîte d'un professionnel ne s'ouvre qu'à lui.

  Scénario: BAL-02-N, le jeton d'un confrère est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec le jeton de "confrère"
    Alors la connexion est refusée
    Et le témoin passe
