# language: fr
@TOK-30 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le type JWT dans l'en-tête est admis

  L'en-tête des jetons de Pro Santé Connect dit JWT et non at+jwt : cela n'est pas un motif de refus.

  Scénario: TOK-30-P, un jeton de type JWT est accepté
    Quand un client ouvre la boîte "personnelle" avec un jeton, variante "type-jwt"
    Alors la connexion est acceptée
    Et le témoin passe
