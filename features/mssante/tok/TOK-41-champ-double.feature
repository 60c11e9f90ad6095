# language: fr
@TOK-41 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Un jeton qui nomme deux personnes sous un même champ est refusé, ou lu de la même façon partout

  Quand un champ est écrit deux fois, le titulaire nommé en premier n'est pas servi : l'opérateur refuse, ou
  c'est le dernier qui compte, en IMAP comme en soumission.

  Scénario: TOK-41-N, un jeton qui nomme le titulaire puis un autre sous un même champ est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-claim-twice"
    Alors la connexion est refusée
    Et le témoin passe
