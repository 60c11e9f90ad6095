# language: fr
@T07 @role:client @mode:A @mode:P @mode:R @bloquante @besoin:liaison-mutuelle
Fonctionnalité: Aucun canal sans protection

  Aucun VI ne circule hors de TLS : le fournisseur refuse tout appel en clair, le client ne suit pas une
  redirection vers http.

  @role:operateur-authentification @mode:S
  Scénario: T07-P, le VI part par https
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme

  Scénario: T07-N1, un partenaire qui ne parle qu'en clair ne reçoit pas de VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire se présente avec la faute "channel-clear-http"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors aucun octet de VI n'est parvenu en clair
    Et un appel honnête parvient de nouveau au partenaire

  Plan du Scénario: <cas>, une redirection <forme> vers http ne fait pas repartir le VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire répond avec la faute "<faute>"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors aucun octet de VI n'est parvenu en clair
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas               | forme            | faute                          |
      | T07-N2            | provisoire (307) | channel-redirect-https-to-http |
      | T07-N2~definitive | définitive (308) | answer-redirect                |
