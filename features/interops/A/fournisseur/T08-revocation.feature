# language: fr
@T08 @role:fournisseur @mode:A @mode:P @mode:R @majeure @besoin:revocation @besoin:liaison-mutuelle
Fonctionnalité: Les données de révocation sont obligatoires

  Sans liste de révocation à jour ni réponse OCSP, la liaison est refusée quand le profil le veut (tls.revocation
  = fail-closed).

  Scénario: T08-P, une révocation vérifiable laisse passer l'organisme
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, sans donnée de révocation sûre (<defaut>) la liaison est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client ouvre la liaison avec la faute "<faute>"
    Alors la liaison est refusée
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    @besoin:revocation-stricte
    Exemples:
      | cas    | defaut                      | faute                                   |
      | T08-N1 | liste de révocation périmée | tls-client-certificate-stale-crl        |
      | T08-N2 | répondeur OCSP injoignable  | tls-client-certificate-ocsp-unreachable |
