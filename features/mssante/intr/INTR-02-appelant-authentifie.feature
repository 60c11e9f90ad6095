# language: fr
@INTR-02 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Qui introspecte s'authentifie

  L'opérateur prouve qui il est par HTTP Basic, par le corps du formulaire ou par son certificat TLS ; son
  secret n'est jamais dans l'adresse.

  @besoin:introspection
  Scénario: INTR-02-P, qui introspecte s'authentifie
    Quand un client ouvre la boîte "personnelle" avec un jeton valable
    Alors l'introspection du jeton est demandée par un opérateur qui prouve qui il est
    Et le témoin passe
