# language: fr
@SESS-02 @role:mss-imap @role:mss-smtp @mode:- @mineure @long @besoin:temps-reel
Fonctionnalité: Une session sans usage n'est pas coupée trop tôt

  Sans échange, une session IMAP dure trente minutes au moins, et une session de soumission cinq ; une coupure
  plus tardive s'annonce.

  Scénario: SESS-02-P, la session sert encore après le temps d'inactivité que la norme garantit
    # 29 minutes en IMAP, 4 minutes 50 en soumission.
    Étant donné une session ouverte du professionnel
    Quand la session reste sans usage le temps que la norme garantit
    Alors la session sert encore
