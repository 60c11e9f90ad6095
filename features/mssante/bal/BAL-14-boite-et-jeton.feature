# language: fr
@BAL-14 @role:mss-imap @role:mss-smtp @mode:- @bloquante @besoin:boite-d-un-autre
Fonctionnalité: L'adresse demandée et le jeton décident ensemble

  L'adresse demandée ne l'emporte pas sur le jeton, ni le jeton sur l'adresse.

  Scénario: BAL-14-N, la boîte d'un autre est refusée, et la sienne ne s'ouvre pas à la place
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel demande la boîte d'un autre avec son propre jeton
    Alors la connexion est refusée
    Et la sienne ne s'est pas ouverte à la place
    Et le témoin passe
