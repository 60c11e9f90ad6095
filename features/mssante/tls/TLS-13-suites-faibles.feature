# language: fr
@TLS-13 @role:mss-imap @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Aucune suite faible

  RC4, 3DES, les suites sans chiffrement et celles d'exportation sont refusées, chacune offerte seule.

  Plan du Scénario: <cas>, une liaison qui n'offre que <offre> est refusée
    # Le ClientHello est fait à la main : un ServerHello vaut acceptation.
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client n'offre à la liaison que "<mot>"
    Alors l'offre est refusée
    Et le témoin passe

    Exemples:
      | cas             | offre                       | mot    |
      | TLS-13-N~rc4    | RC4                         | rc4    |
      | TLS-13-N~3des   | 3DES                        | 3des   |
      | TLS-13-N~null   | des suites sans chiffrement | null   |
      | TLS-13-N~export | des suites d'exportation    | export |
