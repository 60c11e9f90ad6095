# language: fr
@SMTP-13 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Aucun message sans authentification

  Sous TLS, sans authentification, aucun message n'est pris.
  # La preuve est la réponse à la fin du message ; un refus à MAIL ou à RCPT vient plus tôt et convient. Vers un autre domaine,
  # le message n'est jamais envoyé qu'à un nom réservé (.invalid), que personne ne peut recevoir.

  Plan du Scénario: <cas>, un message non authentifié vers <vers> n'est pas pris
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client qui ne s'est pas authentifié écrit au destinataire "<destinataire>"
    Alors le message n'est pas pris
    Et le témoin passe

    Exemples:
      | cas               | vers                     | destinataire |
      | SMTP-13-N~interne | une boîte de l'opérateur | interne      |
      | SMTP-13-N~externe | un autre domaine         | externe      |
