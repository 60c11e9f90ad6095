# language: fr
@TLS-17 @role:mss-imap @role:mss-smtp @mode:- @mineure
Fonctionnalité: Ni compression TLS ni renégociation non sûre

  Le serveur ne choisit pas la compression qui lui est offerte, et répond au signal de renégociation sûre.

  Scénario: TLS-17-N, la compression offerte n'est pas choisie
    # L'offre est honnête en tout, mais propose DEFLATE à côté de l'absence de compression.
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client n'offre à la liaison que "compression"
    Alors ni compression ni renégociation non sûre ne sont choisies
    Et le témoin passe
