# language: fr
@X04 @role:fournisseur @mode:A @mode:P @mode:R @bloquante @besoin:traces
Fonctionnalité: Les traces des deux organismes se rapprochent

  L'émetteur et l'identifiant du VI, inchangés, et des horloges à moins de la dérive admise relient les deux
  traces.

  Scénario: X04-P, la trace se rapproche de la nôtre par l'émetteur et l'identifiant du VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors la trace du candidat se rapproche de la nôtre par l'émetteur et l'identifiant du VI

  Scénario: X04-N1, un identifiant long n'est ni tronqué ni refait
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "identifiant-long"
    Alors la trace du candidat se rapproche de la nôtre par l'émetteur et l'identifiant du VI

  Scénario: X04-N2, l'horodatage de la trace reste dans la dérive admise
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors l'horodatage de la trace s'écarte du nôtre de moins que la dérive admise
