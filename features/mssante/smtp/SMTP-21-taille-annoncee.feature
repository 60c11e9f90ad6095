# language: fr
@SMTP-21 @role:mss-smtp @mode:- @majeure
Fonctionnalité: La taille admise est annoncée, d'au moins 10 Mio

  SIZE annonce 10 Mio au moins.

  Scénario: SMTP-21-P, la taille annoncée atteint 10 Mio
    Quand un client se présente à la soumission
    Alors la soumission annonce une taille d'au moins 10 Mio
