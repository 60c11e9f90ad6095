# language: fr
@R02 @role:fournisseur @mode:R @bloquante
Fonctionnalité: Les contrôles du VI valent pour le jeton

  Émetteur, dates, audience, classe, PAGM, signature et signataire sont contrôlés comme ceux d'un VI.

  # Une variante par exigence rejouée ; les lignes de V04, V08, V10, V11, G01 et G05 en éprouvent le détail.

  Scénario: R02-P, un jeton dont tout est exact est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  @besoin:operations-par-pagm
  Scénario: R02-P~deux-pagm, deux PAGM ouvrent l'union de leurs droits
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "deux-pagm"
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un jeton fautif (<defaut>) est refusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas                    | defaut                                            | faute                       |
      | R02-N1                 | PAGM absent                                       | vi-pagm-absent              |
      | R02-N1~pagm-blanc      | PAGM blancs seulement                             | vi-pagm-blank               |
      | R02-N1~pagm-inconnu    | PAGM inconnu                                      | vi-pagm-unknown             |
      | R02-N1~pagm-minuscules | attribut des PAGM nommé en minuscules             | vi-pagm-attribute-lowercase |
      | R02-N1~emetteur        | émetteur inconnu de la convention                 | vi-issuer-unknown           |
      | R02-N1~fenetre         | fenêtre de validité passée                        | vi-window-expired           |
      | R02-N1~audience        | audience d'un autre service                       | vi-audience-other-service   |
      | R02-N1~classe          | classe d'authentification inconnue                | vi-authncontext-unknown     |
      | R02-N1~signature       | valeur de signature altérée                       | vi-signature-value-altered  |
      | R02-N1~signataire      | certificat de signature d'une autorité inconnue   | vi-certificate-other-ca     |

    @besoin:autre-projet
    Exemples:
      | cas                     | defaut                            | faute                 |
      | R02-N1~pagm-autre-projet | PAGM convenu pour un autre projet | vi-pagm-other-project |

    @besoin:projet-termine
    Exemples:
      | cas                   | defaut               | faute         |
      | R02-N1~projet-termine | projet clos          | project-ended |

    @besoin:projet-futur
    Exemples:
      | cas                 | defaut                        | faute          |
      | R02-N1~projet-futur | projet qui n'a pas commencé   | project-future |

    @besoin:projet-inverse
    Exemples:
      | cas                   | defaut                               | faute            |
      | R02-N1~projet-inverse | sens qu'aucun projet n'ouvre         | project-reversed |

    @besoin:jeton-jwt
    Exemples:
      | cas                  | defaut                  | faute                 |
      | R02-N1~signature-jwt | signature JWT altérée   | jwt-signature-altered |

  Scénario: R02-N1~pagm-mixte, un PAGM inconnu à côté d'un PAGM convenu est traité comme la convention le dit
    # La convention dit s'il faut refuser le VI (par défaut) ou écarter la valeur inconnue.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "vi-pagm-mixed"
    Alors le candidat applique la règle de la convention aux PAGM inconnus
    Et un VI honnête est de nouveau accepté

  Plan du Scénario: <cas>, <defaut> n'ouvre aucun droit de plus
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client demande une opération hors de ses PAGM, avec la faute "<faute>"
    Alors aucune opération n'est ouverte sans PAGM convenu
    Et un VI honnête est de nouveau accepté

    @besoin:operations-par-pagm @besoin:sonde
    Exemples:
      | cas                     | defaut                                   | faute             |
      | R02-N1~pagm-mixte-droit | un PAGM inconnu à côté d'un PAGM convenu | vi-pagm-mixed     |
      | R02-N1~pagm-double      | un PAGM répété                           | vi-pagm-duplicate |
