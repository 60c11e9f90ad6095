# language: fr
@TOK-39 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Le sujet composé est admis

  Le sujet d'un jeton de Pro Santé Connect a la forme f:magasin:IdNat : il n'a pas à être l'IdNat seul.

  Scénario: TOK-39-P, un jeton au sujet composé est accepté
    Quand un client ouvre la boîte "personnelle" avec un jeton, variante "sujet-compose"
    Alors la connexion est acceptée
    Et le témoin passe
