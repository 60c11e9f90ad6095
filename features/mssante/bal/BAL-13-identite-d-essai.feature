# language: fr
@BAL-13 @role:mss-imap @role:mss-smtp @mode:- @mineure @besoin:identite-d-essai
Fonctionnalité: L'identité d'essai ANS est reconnue

  Une identité d'essai rattachée ouvre la boîte.

  Scénario: BAL-13-P, une identité d'essai ANS est reconnue
    Quand un client ouvre la boîte "essai" avec le jeton de "identité d'essai"
    Alors la connexion est acceptée
