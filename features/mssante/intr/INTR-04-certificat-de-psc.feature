# language: fr
@INTR-04 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le certificat de Pro Santé Connect est vérifié

  Devant un certificat autosigné, d'un autre hôte ou expiré, l'opérateur n'envoie aucun jeton, et n'ouvre aucune
  boîte.

  @besoin:introspection @seul
  Plan du Scénario: <cas>, devant un certificat fautif (<defaut>), aucun jeton n'est envoyé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "<faute>"
    Alors la connexion est refusée
    Et aucune demande sur le jeton n'est parvenue à Pro Santé Connect
    Et Pro Santé Connect redevient honnête
    Et le témoin passe

    Exemples:
      | cas        | defaut          | faute                       |
      | INTR-04-N1 | autosigné       | psc-certificate-self-signed |
      | INTR-04-N2 | d'un autre hôte | psc-certificate-wrong-host  |
      | INTR-04-N3 | expiré          | psc-certificate-expired     |
