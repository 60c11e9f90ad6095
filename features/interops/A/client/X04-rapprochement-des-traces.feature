# language: fr
@X04 @role:client @mode:A @mode:P @mode:R @bloquante @besoin:traces
Fonctionnalité: Les traces des deux organismes se rapprochent

  L'émetteur et l'identifiant du VI, inchangés, et des horloges à moins de la dérive admise relient les deux
  traces.

  @role:operateur-authentification @mode:S
  Scénario: X04-P, la trace se rapproche de la nôtre par l'émetteur et l'identifiant du VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors la trace du candidat se rapproche de la nôtre par l'émetteur et l'identifiant du VI

  @besoin:utilisateurs-multiples @role:operateur-authentification @mode:S
  Scénario: X04-N1, chaque identifiant est tracé tel qu'il est parti
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application lance 20 appels, un par utilisateur
    Alors la trace du candidat se rapproche de la nôtre par l'émetteur et l'identifiant du VI

  @role:operateur-authentification @mode:S
  Scénario: X04-N2, l'horodatage de la trace reste dans la dérive admise
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'horodatage de la trace s'écarte du nôtre de moins que la dérive admise
