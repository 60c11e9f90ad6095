# language: fr
@G03 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure
Fonctionnalité: Les algorithmes sont ceux du profil

  RSA-SHA256, 384, 512 ou ECDSA avec SHA-2 ; SHA-1 et MD5 sont refusés au profil courant, et un HMAC ne remplace
  jamais une signature.

  Scénario: G03-P, RSA-SHA256 est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, <algorithme> est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête, variante "<variante>"
    Alors le candidat accepte le VI

    Exemples:
      | cas              | algorithme | variante   |
      | G03-P~rsa-sha384 | RSA-SHA384 | rsa-sha384 |
      | G03-P~rsa-sha512 | RSA-SHA512 | rsa-sha512 |

    @besoin:ecdsa
    Exemples:
      | cas                | algorithme   | variante     |
      | G03-P~ecdsa-sha256 | ECDSA-SHA256 | ecdsa-sha256 |

  Plan du Scénario: <cas>, une signature <defaut> est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat nomme le VI refusé
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas    | defaut                                     | faute                        |
      | G03-N2 | à condensat MD5                            | vi-signature-md5             |
      | G03-N3 | remplacée par un HMAC sous la clé publique | vi-signature-hmac-public-key |

    @besoin:profil-courant
    Exemples:
      | cas    | defaut   | faute             |
      | G03-N1 | RSA-SHA1 | vi-signature-sha1 |
