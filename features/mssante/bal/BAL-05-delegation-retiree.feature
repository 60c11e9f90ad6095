# language: fr
@BAL-05 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-organisationnelle @besoin:retrait-de-delegation
Fonctionnalité: Une délégation retirée cesse aussitôt

  Une délégation retirée cesse à la connexion suivante.

  @seul
  Scénario: BAL-05-N, un délégué de la veille est refusé
    Étant donné la boîte "organisationnelle" s'ouvre au jeton de "délégué"
    Quand l'opérateur retire la délégation
    Et un client ouvre la boîte "organisationnelle" avec le jeton de "délégué"
    Alors la connexion est refusée
    Et l'opérateur rend la délégation
    Et la boîte "organisationnelle" s'ouvre de nouveau au jeton de "délégué"
