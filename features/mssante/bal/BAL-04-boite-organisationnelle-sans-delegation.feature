# language: fr
@BAL-04 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-organisationnelle
Fonctionnalité: Une boîte organisationnelle ne s'ouvre pas hors de ses délégués

  La structure ne suffit pas : il faut la délégation.

  Scénario: BAL-04-N, un professionnel qui n'est pas délégué est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "organisationnelle" avec le jeton de "confrère"
    Alors la connexion est refusée
    Et le témoin passe
