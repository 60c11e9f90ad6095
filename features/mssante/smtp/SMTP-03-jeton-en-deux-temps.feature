# language: fr
@SMTP-03 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le jeton peut venir en deux temps

  AUTH XOAUTH2 seul reçoit une invite vide ; la réponse vient sur sa propre ligne.

  Scénario: SMTP-03-P, le jeton donné après l'invite authentifie
    Quand un client se présente à la soumission
    Et le client s'authentifie en deux temps
    Alors l'invite est vide et l'authentification aboutit
