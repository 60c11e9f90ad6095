# language: fr
@G10 @role:client @mode:A @mode:P @mode:R @bloquante
Fonctionnalité: La signature émise est conforme

  La signature du VI qui part se vérifie : algorithmes du profil, autorité déclarée, assertion entière couverte.

  @role:operateur-authentification @mode:S
  Scénario: G10-P, la signature du VI émis se vérifie entièrement
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la signature du VI émis respecte "verification"

  @besoin:profil-courant @role:operateur-authentification @mode:S
  Scénario: G10-N1, le VI émis n'est pas signé avec SHA-1
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la signature du VI émis respecte "algorithmes"

  @role:operateur-authentification @mode:S
  Scénario: G10-N2, le VI émis n'est pas signé sous une autorité non déclarée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la signature du VI émis respecte "autorite"

  @besoin:assertion @role:operateur-authentification @mode:S
  Scénario: G10-N3, la signature ne laisse rien de l'assertion à découvert
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la signature du VI émis respecte "couverture"
