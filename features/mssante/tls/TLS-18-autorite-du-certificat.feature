# language: fr
@TLS-18 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le certificat du serveur vient de l'autorité admise

  La chaîne présentée, certificat et autorités intermédiaires, mène à une racine admise : celle de la branche de
  test de l'IGC-Santé, ou celle que le candidat déclare.

  Scénario: TLS-18-P, la chaîne présentée mène à une racine admise
    Quand un client se connecte et sécurise la liaison
    Alors le certificat du serveur mène à une autorité admise
