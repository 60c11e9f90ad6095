# language: fr
@SMTP-25 @role:mss-smtp @mode:- @majeure
Fonctionnalité: L'avis de remise est offert et revient

  DSN est offert, et l'avis de remise revient.
  # Le retour de l'avis se lit dans la boîte de l'expéditeur quand mss-imap est déclaré aussi ; sinon il ne se voit pas.

  Scénario: SMTP-25-P, un avis de remise revient à qui le demande
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "avis-de-remise"
    Alors la soumission annonce DSN
    Et le message est pris
    Et un avis de remise revient à l'expéditeur
