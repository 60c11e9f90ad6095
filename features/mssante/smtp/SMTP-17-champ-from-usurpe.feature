# language: fr
@SMTP-17 @role:mss-smtp @mode:- @majeure
Fonctionnalité: Le champ From ne nomme pas la boîte d'un autre

  Le champ From n'est pas la boîte d'un autre à l'arrivée.
  # Pris, il ne convient que si l'arrivée montre un champ From récrit ; sans boîte lisible, le cas reste inconclusif.

  Scénario: SMTP-17-N, un champ From au nom d'une autre boîte est refusé ou récrit
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "from-autre"
    Alors le message n'est pas pris, ou son champ From est récrit
    Et le témoin passe
