# language: fr
@TOK-36 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un jeton sert plusieurs fois pendant sa vie

  Le même jeton ouvre la boîte en IMAP puis en soumission, sur deux connexions.

  Scénario: TOK-36-P, le même jeton sert sur deux connexions
    Étant donné un client ouvre la boîte "personnelle" avec un jeton valable, par l'autre interface si elle est déclarée
    Quand un client ouvre la boîte "personnelle" avec le même jeton
    Alors la connexion est acceptée
    Et le témoin passe
