# language: fr
@G02 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @bloquante
Fonctionnalité: La signature couvre cette assertion et elle seule, par son identifiant

  Une seule Reference, vers l'identifiant de l'assertion, avec les seules transformations enveloped et c14n
  exclusive.

  Scénario: G02-P, une seule référence, à l'identifiant de l'assertion, est acceptée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Scénario: G02-P~prefixes, les préfixes de InclusiveNamespaces sont pris en compte
    # Les signataires usuels du monde WS-Security listent des préfixes à la c14n exclusive.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "prefixes-inclusifs"
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, une signature <defaut> est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas          | defaut                                     | faute                        |
      | G02-N1       | dont la référence désigne un autre élément | vi-signature-reference-other |
      | G02-N3       | à deux références                          | vi-signature-reference-two   |
      | G02-N4       | à transformation XSLT                      | vi-signature-transform-xslt  |
      | G02-N4~xpath | à transformation XPath                     | vi-signature-transform-xpath |

    @besoin:profil-courant
    Exemples:
      # Admise, avec avertissement, au profil legacy : c'est ainsi que signait le premier client du SAE.
      | cas    | defaut                    | faute                        |
      | G02-N2 | à référence vide (URI="") | vi-signature-reference-empty |
