# language: fr
@TOK-01 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Un jeton valable de Pro Santé Connect ouvre la boîte de son titulaire

  Le titulaire d'une boîte, nommé par son IdNat dans un jeton d'accès frais et signé d'une clé publiée, y entre
  en IMAP comme en soumission.

  Scénario: TOK-01-P, le titulaire entre avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton, variante "ordinaire"
    Alors la connexion est acceptée
    Et le témoin passe
