# language: fr
@TOK-33 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Deux identités contraires ne s'additionnent pas

  Quand le nom de l'utilisateur et le SubjectNameID de l'introspection se contredisent, l'opérateur refuse, ou
  s'en tient toujours à la même source ; il n'ouvre jamais une boîte au titre de l'une et de l'autre.

  @besoin:introspection
  Scénario: TOK-33-N, deux identités contraires ne s'additionnent pas
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-person-conflict"
    Et un client ouvre la boîte "personnelle" avec le jeton d'un autre, dont l'introspection nomme le titulaire
    Alors l'opérateur s'en tient à une source d'identité
    Et le témoin passe
