# language: fr
@L05 @role:fournisseur @mode:A @majeure
Fonctionnalité: La politique de réemploi est appliquée

  En mode A, le réemploi d'un VI dans sa fenêtre suit replay.A, sur la même identité TLS ; OneTimeUse l'interdit.

  Scénario: L05-P, le réemploi d'un VI suit la politique du profil
    # replay.A = allow : la seconde présentation est acceptée ; reject : elle est refusée.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête, variante "reemploi"
    Alors le candidat applique la politique de réemploi du profil
    Et un VI honnête est de nouveau accepté

  @besoin:deuxieme-identite-tls
  Scénario: L05-N1, un VI déjà présenté est refusé sur une autre identité TLS du même organisme
    # La première présentation doit être acceptée ; refus, sonde et trace portent sur la seconde. Les deux identités
    # sont listées : sans cela l'essai serait T06-N1.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-replayed-other-tls-identity"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

  @besoin:usage-unique
  Scénario: L05-N2, un VI à usage unique est refusé à sa seconde présentation
    # Même essai que V16-N2.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-onetimeuse-replayed"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté
