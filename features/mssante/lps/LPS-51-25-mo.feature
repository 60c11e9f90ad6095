# language: fr
@LPS-51 @role:lps @mode:- @mineure
Fonctionnalité: Un message de plus de 25 Mo à un patient est retenu

  L'opérateur d'essai le prendrait.

  @besoin:patient
  Scénario: LPS-51-N, 26 Mo à un patient ne partent pas
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "trop-gros"
    Alors aucun message n'est parti du logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"
