# language: fr
@BAL-15 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:deux-boites
Fonctionnalité: Un professionnel ouvre chacune de ses boîtes par son adresse

  Un professionnel a autant de boîtes que d'adresses.

  Scénario: BAL-15-P, le même jeton ouvre deux boîtes, chacune par son adresse
    Quand le professionnel ouvre tour à tour ses deux boîtes avec le même jeton
    Alors l'une et l'autre s'ouvrent, et ce ne sont pas les mêmes
