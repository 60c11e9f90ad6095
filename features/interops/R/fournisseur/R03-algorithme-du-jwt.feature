# language: fr
@R03 @role:fournisseur @mode:R @bloquante @besoin:jeton-jwt
Fonctionnalité: L'algorithme d'un jeton JWT est fixé d'avance

  Un jeton dont l'algorithme est none, ou HS256 sous la clé publique, ou dont la clé est inconnue, est refusé.

  Scénario: R03-P, un jeton signé en RS256 est accepté
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors le candidat accepte le VI

  Plan du Scénario: <cas>, un jeton <defaut> est refusé
    # L'en-tête du jeton est écrit par qui l'envoie : le récepteur ne lui demande jamais comment vérifier.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un VI avec la faute "<faute>"
    Alors le candidat refuse le VI
    Et la sonde placée derrière le candidat n'a rien reçu
    Et la trace du candidat garde le refus
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas          | defaut                                                    | faute                    |
      | R03-N1       | d'algorithme none                                         | jwt-algorithm-none       |
      | R03-N1~casse | d'algorithme none, écrit en majuscules et minuscules      | jwt-algorithm-none-case  |
      | R03-N2       | en HS256, dont le secret est la clé publique              | jwt-hs256-public-key     |
      | R03-N2~pem   | en HS256, dont le secret est la clé publique en PEM       | jwt-hs256-public-key-pem |
      | R03-N3       | qui nomme une clé inconnue (kid)                          | jwt-kid-unknown          |
