# language: fr
@P16 @role:fournisseur @mode:P @mineure
Fonctionnalité: Les pages ne sont pas gardées en cache

  Toute page servie à une session porte Cache-Control: no-store.

  Scénario: P16-P, la page servie interdit d'être gardée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors la page servie interdit d'être gardée en cache

  @besoin:formulaire
  Scénario: P16-N1, la page servie de nouveau ne vient d'aucun cache
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Et le navigateur demande de nouveau la page du service
    Alors le candidat sert la page
    Et la page servie interdit d'être gardée en cache
