# language: fr
@TOK-34 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: L'identifiant de registre suffit à reconnaître le titulaire

  Un jeton qui nomme une identité d'essai, et le numéro RPPS du titulaire parmi ses autres identifiants, ouvre
  sa boîte.

  @besoin:titulaire-rpps
  Scénario: TOK-34-P, un jeton qui nomme le titulaire parmi ses identifiants de registre est accepté
    Quand un client ouvre la boîte "personnelle" avec un jeton, variante "psctoken-person-in-registers"
    Alors la connexion est acceptée
    Et le témoin passe
