# language: fr
@BAL-06 @role:mss-imap @role:mss-smtp @mode:- @majeure @besoin:boite-personnelle
Fonctionnalité: Un refus ne dit pas si une boîte existe

  Un refus ne renseigne pas sur les boîtes qui existent.
  # Le même jeton sert aux deux. Les temps de réponse sont comparés par leur médiane ; leur écart n'est qu'une remarque.

  Scénario: BAL-06-N, une boîte inconnue est refusée comme une boîte fermée
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand un confrère demande tour à tour une boîte inconnue et une boîte qui existe
    Alors les deux refus ne se distinguent pas
    Et le témoin passe
