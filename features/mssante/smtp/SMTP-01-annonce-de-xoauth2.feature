# language: fr
@SMTP-01 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: La soumission annonce XOAUTH2 une fois sous TLS

  La réponse à EHLO, sous TLS, nomme XOAUTH2 parmi les mécanismes.

  Scénario: SMTP-01-P, la soumission annonce XOAUTH2
    Quand un client se présente à la soumission
    Alors la soumission annonce le mécanisme XOAUTH2
