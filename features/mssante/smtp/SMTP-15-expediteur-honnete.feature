# language: fr
@SMTP-15 @role:mss-smtp @mode:- @bloquante
Fonctionnalité: Le titulaire envoie au nom de sa boîte

  L'enveloppe et le champ From nomment la boîte authentifiée.
  # L'arrivée se lit dans la boîte du destinataire quand mss-imap est déclaré aussi ; sinon la réponse du serveur suffit.

  Scénario: SMTP-15-P, le titulaire envoie au nom de sa boîte
    Étant donné le professionnel ouvre sa boîte avec un jeton valable
    Quand le professionnel envoie un message, variante "simple"
    Alors le message est pris
    Et le message arrive entier chez le destinataire
