# language: fr
@TLS-27 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Un second STARTTLS est refusé

  Sous TLS, STARTTLS reçoit un refus, et la liaison reste en état de servir.

  Scénario: TLS-27-N, STARTTLS répété sous TLS est refusé sans rupture
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client demande STARTTLS une seconde fois
    Alors le second STARTTLS est refusé
    Et la liaison sert encore
    Et le témoin passe
