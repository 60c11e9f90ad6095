# language: fr
@V02 @role:client @mode:A @mode:P @mode:R @majeure
Fonctionnalité: Chaque VI a un identifiant unique

  Deux VI différents ne portent jamais le même identifiant, et l'identifiant est un nom XML sans deux-points
  (NCName) au profil courant.
  # Le réemploi d'un même VI est permis en mode A ; l'écart est un même identifiant pour deux VI différents. Des
  # utilisateurs tous distincts obligent à faire autant de VI que d'appels.

  @long @besoin:utilisateurs-multiples @role:operateur-authentification @mode:S
  Scénario: V02-P, mille VI portent mille identifiants
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application lance 1000 appels, un par utilisateur
    Alors les identifiants des VI émis respectent "unicite"

  @besoin:utilisateurs-multiples @role:operateur-authentification @mode:S
  Scénario: V02-N1, aucun identifiant n'est émis deux fois
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application lance 50 appels, un par utilisateur
    Alors les identifiants des VI émis respectent "unicite"

  @role:operateur-authentification @mode:S
  Scénario: V02-N2, aucun VI n'est émis sans identifiant
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors les identifiants des VI émis respectent "presence"

  @besoin:profil-courant @besoin:assertion @role:operateur-authentification @mode:S
  Scénario: V02-N3, aucun identifiant ne sort de la forme NCName
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors les identifiants des VI émis respectent "ncname"
