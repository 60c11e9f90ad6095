# language: fr
@TLS-24 @role:mss-imap @mode:- @bloquante
Fonctionnalité: Une commande glissée derrière STARTTLS n'est pas exécutée en IMAP

  Ce qui suit STARTTLS dans le même envoi en clair n'est pas pris pour une commande dite sous TLS.

  Scénario: TLS-24-N, NOOP glissé derrière STARTTLS reste sans réponse
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client glisse une commande derrière STARTTLS
    Alors la commande glissée n'est pas exécutée
    Et le témoin passe
