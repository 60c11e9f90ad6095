# language: fr
@MTA-33 @role:mss-operateur @mode:- @bloquante
Fonctionnalité: Rien ne se glisse derrière une fausse fin de message

  Un point encadré d'autre chose que CR LF n'est pas la fin d'un message : ce qui le suit n'est jamais pris pour un second message.

  Seul CR LF point CR LF finit un message.
  # Le second message se voit aux réponses du serveur, qui lui en donne de propres, et dans la boîte quand elle est lisible.

  Plan du Scénario: <cas>, rien ne se glisse derrière <fin>
    Étant donné un message honnête de l'opérateur voisin est remis
    Quand l'opérateur voisin remet un message, variante "<variante>"
    Alors un seul message de l'opérateur voisin est pris
    Et un autre message honnête de l'opérateur voisin est remis

    Exemples:
      | cas              | fin            | variante            |
      | MTA-33-N~lf-lf   | LF point LF    | contrebande-lf-lf   |
      | MTA-33-N~crlf-lf | CR LF point LF | contrebande-crlf-lf |
      | MTA-33-N~lf-crlf | LF point CR LF | contrebande-lf-crlf |
      | MTA-33-N~cr-cr   | CR point CR    | contrebande-cr-cr   |
