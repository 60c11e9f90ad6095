# language: fr
@TLS-26 @role:mss-imap @role:mss-smtp @mode:- @mineure @besoin:tls-implicite
Fonctionnalité: Un port à TLS implicite obéit aux mêmes règles

  Les ports à TLS implicite (993, 465) ne font pas partie de l'accès : fermés, ou tenus aux mêmes versions de
  TLS.

  Scénario: TLS-26-P, le port à TLS implicite est fermé, ou aussi sûr
    Quand le port à TLS implicite est sondé
    Alors ce port est fermé, ou tenu aux mêmes versions de TLS
