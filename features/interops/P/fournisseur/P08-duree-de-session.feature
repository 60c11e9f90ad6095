# language: fr
@P08 @role:fournisseur @mode:P @majeure @besoin:formulaire @besoin:horloge
Fonctionnalité: La session est bornée dans le temps

  La session finit à SessionNotOnOrAfter, après trente minutes d'inactivité, et au plus tard après huit heures.
  # Une session plus courte est saine : chaque essai n'avance l'horloge que vers la borne qu'il éprouve.

  @seul
  Scénario: P08-P, la session sert tant qu'elle est active
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête
    Et l'horloge du candidat avance de 2 minutes
    Et le navigateur demande de nouveau la page du service
    Alors le candidat sert la page

  @seul
  Scénario: P08-P~inactivite, la session finit après trente minutes d'inactivité
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête
    Et l'horloge du candidat avance de 35 minutes
    Et le navigateur demande de nouveau la page du service
    Alors le candidat refuse la page
    Et la sonde placée derrière le candidat n'a rien reçu du dernier appel
    Et un VI honnête est de nouveau accepté

  @seul
  Scénario: P08-N1, la session ne survit pas à SessionNotOnOrAfter
    # La borne est à vingt minutes, avant celle de l'inactivité.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête, variante "fin-de-session"
    Et l'horloge du candidat avance de 25 minutes
    Et le navigateur demande de nouveau la page du service
    Alors le candidat refuse la page
    Et la sonde placée derrière le candidat n'a rien reçu du dernier appel
    Et un VI honnête est de nouveau accepté

  @seul
  Scénario: P08-N2, la session ne dure pas plus de huit heures
    # Elle sert assez souvent pour que l'inactivité ne la ferme pas.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI honnête
    Et la session sert toutes les 20 minutes pendant 8 heures
    Et l'horloge du candidat avance de 5 minutes
    Et le navigateur demande de nouveau la page du service
    Alors le candidat refuse la page
    Et la sonde placée derrière le candidat n'a rien reçu du dernier appel
    Et un VI honnête est de nouveau accepté
