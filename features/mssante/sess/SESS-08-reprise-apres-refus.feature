# language: fr
@SESS-08 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: Un refus laisse réessayer

  Après un jeton refusé, un bon jeton est accepté sur la même liaison.

  Scénario: SESS-08-P, un bon jeton est accepté après un mauvais, sur la même liaison
    Quand un client présente un jeton expiré, puis un bon sur la même liaison
    Alors la connexion est acceptée
    Et le témoin passe
