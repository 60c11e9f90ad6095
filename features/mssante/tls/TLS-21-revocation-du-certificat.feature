# language: fr
@TLS-21 @role:mss-imap @role:mss-smtp @mode:- @majeure
Fonctionnalité: La révocation du certificat du serveur peut être vérifiée

  Le certificat dit où lire sa révocation, liste (CRL) ou répondeur OCSP ; ce qui s'y lit est en cours de
  validité et ne le révoque pas.

  Scénario: TLS-21-P, la révocation du certificat présenté se lit
    Quand un client se connecte et sécurise la liaison
    Alors le certificat du serveur dit où lire sa révocation, qui ne le frappe pas
