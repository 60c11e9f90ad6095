# language: fr
@TOK-29 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: L'absence d'audience n'est pas un motif de refus

  Les jetons d'accès de Pro Santé Connect n'ont pas d'audience : un opérateur qui en exige une, selon la RFC
  9068, les refuse tous.

  Scénario: TOK-29-P, un jeton sans audience est accepté
    Quand un client ouvre la boîte "personnelle" avec un jeton, variante "sans-audience"
    Alors la connexion est acceptée
    Et le témoin passe
