# language: fr
@T07 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @bloquante
Fonctionnalité: Aucun canal sans protection

  Aucun VI ne circule hors de TLS : le fournisseur refuse tout appel en clair, le client ne suit pas une
  redirection vers http.

  Scénario: T07-P, le VI est reçu par https
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Scénario: T07-N1, un VI envoyé en clair n'ouvre rien
    # Une redirection vers https est une réponse autre qu'un refus : le VI a déjà circulé en clair.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client ouvre la liaison avec la faute "channel-clear-http"
    Alors la liaison est refusée
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté
