# language: fr
@TOK-11 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Un contenu altéré est refusé

  Le contenu du jeton, changé pour nommer une autre personne sous la signature d'origine, n'ouvre ni la boîte de
  l'une, ni celle de l'autre.

  Scénario: TOK-11-N, un jeton changé après sa signature est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-payload-altered"
    Alors la connexion est refusée
    Et le témoin passe
