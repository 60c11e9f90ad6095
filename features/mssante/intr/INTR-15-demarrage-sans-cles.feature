# language: fr
@INTR-15 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Sans clés, aucun jeton n'est accepté sur la foi de sa signature

  Un opérateur qui démarre alors que les clés de Pro Santé Connect ne peuvent être lues n'ouvre aucune boîte à un jeton
  dont il n'a pas la clé. Celles qu'il a gardées lui servent encore : l'essai se fait avec une clé qu'il n'a jamais pu lire.

  @seul @besoin:lecture-locale @besoin:redemarrage
  Scénario: INTR-15-N, un opérateur qui démarre sans les clés n'ouvre rien
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand les clés de Pro Santé Connect ne peuvent être lues
    Et Pro Santé Connect publie une nouvelle clé et retire la plus ancienne
    Et l'opérateur redémarre
    Et un client ouvre la boîte "personnelle" avec un jeton valable
    Alors la connexion est refusée
    Et Pro Santé Connect redevient honnête
    Et le témoin passe
