# language: fr
@SMTP-31 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Rien ne se glisse derrière une fausse fin de message

  Seul CR LF point CR LF finit un message.
  # Le second message se voit aux réponses du serveur, qui lui en donne de propres, et dans la boîte du destinataire quand elle est lisible.

  Plan du Scénario: <cas>, rien ne se glisse derrière <fin>
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "<variante>"
    Alors un seul message est pris
    Et le témoin passe

    Exemples:
      | cas               | fin            | variante            |
      | SMTP-31-N~lf-lf   | LF point LF    | contrebande-lf-lf   |
      | SMTP-31-N~crlf-lf | CR LF point LF | contrebande-crlf-lf |
      | SMTP-31-N~lf-crlf | LF point CR LF | contrebande-lf-crlf |
      | SMTP-31-N~cr-cr   | CR point CR    | contrebande-cr-cr   |
