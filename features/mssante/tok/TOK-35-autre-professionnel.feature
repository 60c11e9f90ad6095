# language: fr
@TOK-35 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le jeton d'un autre professionnel n'ouvre pas la boîte

  Un jeton valable n'ouvre que les boîtes de la personne qu'il nomme, ou qui lui sont déléguées ; c'est aussi ce
  que disent BAL-02 et BAL-14.

  Scénario: TOK-35-N, le jeton d'un autre professionnel est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-person-other"
    Alors la connexion est refusée
    Et le témoin passe
