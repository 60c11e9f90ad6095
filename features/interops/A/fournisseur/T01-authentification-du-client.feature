# language: fr
@T01 @role:fournisseur @mode:A @mode:P @mode:R @bloquante @besoin:liaison-mutuelle
Fonctionnalité: La liaison entre partenaires est authentifiée des deux côtés

  Le fournisseur n'ouvre la liaison qu'à un organisme dont le certificat TLS est valable, émis par une autorité
  admise et listé dans la convention.
  # La preuve du refus est son effet : l'échec de la négociation TLS et le refus de la requête sont
  # également sains. Un refus fait par TLS ne laisse pas de trace de VI, et aucune n'est demandée.

  Scénario: T01-P, un organisme au certificat listé est reçu
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, une liaison ouverte <defaut> est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client ouvre la liaison avec la faute "<faute>"
    Alors la liaison est refusée
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                                                                | faute                                |
      | T01-N1 | sans certificat client                                                | tls-client-certificate-absent        |
      | T01-N2 | avec un certificat d'une autorité inconnue                            | tls-client-certificate-unknown-ca    |
      | T01-N3 | avec un certificat expiré                                             | tls-client-certificate-expired       |
      | T01-N4 | avec un certificat pas encore valable                                 | tls-client-certificate-not-yet-valid |
      | T01-N6 | avec un certificat d'une autorité admise mais absent de la convention | tls-client-certificate-unlisted      |

    @besoin:revocation
    Exemples:
      | cas    | defaut                     | faute                          |
      | T01-N5 | avec un certificat révoqué | tls-client-certificate-revoked |
