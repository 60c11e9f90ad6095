# language: fr
@SMTP-18 @role:mss-smtp @mode:- @mineure
Fonctionnalité: Un message n'a qu'un auteur

  Deux adresses From sans Sender ne font pas un message correct.

  Scénario: SMTP-18-N, un message à deux auteurs est refusé ou ramené à un
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "from-double"
    Alors le message n'est pas pris, ou son champ From est récrit
    Et le témoin passe
