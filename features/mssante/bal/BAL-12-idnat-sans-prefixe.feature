# language: fr
@BAL-12 @role:mss-imap @role:mss-smtp @mode:- @mineure @besoin:titulaire-rpps
Fonctionnalité: L'IdNat sans son préfixe n'est pas reconnu

  Le numéro RPPS sans son préfixe n'est pas un IdNat.

  Scénario: BAL-12-N, le numéro RPPS sans le 8 est refusé
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un client ouvre la boîte "personnelle" avec un jeton portant la faute "psctoken-person-unprefixed"
    Alors la connexion est refusée
    Et le témoin passe
