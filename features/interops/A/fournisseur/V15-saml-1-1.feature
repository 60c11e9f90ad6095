# language: fr
@V15 @role:fournisseur @mode:A @majeure
Fonctionnalité: La forme SAML 1.1 est honorée là où elle est convenue

  Un VI SAML 1.1 est accepté d'un projet qui l'admet, avec l'espace de noms d'attribut du PAGM, et refusé des
  autres.

  @besoin:saml11
  Scénario: V15-P, un VI SAML 1.1 est accepté du projet qui l'admet
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie au service "saml11" un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un attribut PAGM de SAML 1.1 dont l'espace de noms est <defaut> est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat pour le service "saml11"
    Quand l'organisme client envoie au service "saml11" un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté pour le service "saml11"

    @besoin:saml11
    Exemples:
      | cas    | defaut                          | faute                      |
      | V15-N1 | absent                          | vi11-pagm-namespace-absent |
      | V15-N2 | autre que celui qui est convenu | vi11-pagm-namespace-other  |

  @besoin:saml20-seul
  Scénario: V15-N3, un VI SAML 1.1 est refusé d'un projet qui n'admet que SAML 2.0
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat pour le service "saml20"
    Quand l'organisme client envoie au service "saml20" un VI avec la faute "vi11-on-20-service"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté pour le service "saml20"
