# language: fr
@P11 @role:fournisseur @mode:P @majeure @besoin:passage-par-navigateur @besoin:identite-visible
Fonctionnalité: Personne ne connecte autrui à son insu

  Quand la Response passe par le navigateur, celle qu'une page étrangère lui fait présenter n'ouvre pas de session.
  # La Response de l'attaquant est bonne, et à son nom : la victime déposerait ses données chez lui. Refuser,
  # demander l'accord de la personne ou garder sa session sont également sains.

  Scénario: P11-N1, la Response d'un attaquant ne prend pas la place de la session
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête
    Et ce navigateur présente le VI d'un attaquant avec la faute "response-from-foreign-page"
    Alors l'identité vue derrière le candidat n'est pas celle de l'attaquant
    Et un VI honnête est de nouveau accepté
