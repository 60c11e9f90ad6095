# language: fr
@G11 @role:client @mode:A @mode:P @mode:R @majeure
Fonctionnalité: La rotation des clés est respectée

  Après la date de bascule inscrite dans la convention, l'ancienne clé ne signe plus ; un certificat expiré non
  plus.
  # L'horloge du candidat se règle pour franchir la date de bascule écrite dans la convention ; sans cela, seul
  # l'instant présent est jugé.

  @role:operateur-authentification @mode:S
  Scénario: G11-P, la clé qui signe est admise à cette date
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la signature du VI émis respecte "cle-en-vigueur"

  @besoin:horloge @besoin:rotation @seul @role:operateur-authentification @mode:S
  Scénario: G11-N1, l'ancienne clé ne signe plus après la date de bascule
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'horloge du candidat est portée "apres-la-bascule"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la signature du VI émis respecte "cle-en-vigueur"
    Et l'horloge du candidat est rendue
    Et un appel honnête parvient de nouveau au partenaire

  @role:operateur-authentification @mode:S
  Scénario: G11-N2, un certificat expiré ne signe pas
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la signature du VI émis respecte "certificat-non-expire"
