# language: fr
@T02 @role:client @mode:A @mode:P @mode:R @bloquante @besoin:liaison-mutuelle
Fonctionnalité: Le client vérifie le fournisseur avant d'envoyer quoi que ce soit

  Tant que le certificat du serveur n'est pas reconnu (chaîne, nom, dates, révocation), aucun octet de VI ne
  quitte le client.
  # Les octets du VI sont cherchés sur le fil. Un client TLS 1.3 peut légitimement avoir écrit avant d'apprendre
  # que son propre certificat est refusé ; jamais avant d'avoir reconnu celui du serveur.

  Scénario: T02-P, un fournisseur reconnu reçoit l'appel
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors l'appel parvient au partenaire avec un VI conforme

  Plan du Scénario: <cas>, un partenaire au certificat <defaut> ne reçoit aucun octet de VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le partenaire se présente avec la faute "<faute>"
    Et l'application appelle le service "principal" pour l'utilisateur "agent-habilite"
    Alors aucun octet de VI n'est parvenu au partenaire
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas    | defaut                    | faute                              |
      | T02-N1 | autosigné                 | tls-server-certificate-self-signed |
      | T02-N2 | au nom d'un autre serveur | tls-server-certificate-wrong-host  |
      | T02-N3 | expiré                    | tls-server-certificate-expired     |
      | T02-N5 | d'une autorité inconnue   | tls-server-certificate-unknown-ca  |

    @besoin:revocation
    Exemples:
      | cas    | defaut  | faute                          |
      | T02-N4 | révoqué | tls-server-certificate-revoked |
