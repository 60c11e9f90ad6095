# language: fr
@S16 @role:operateur-authentification @mode:S @majeure @besoin:metadonnees
Fonctionnalité: Les métadonnées de la sphère sont dignes de confiance

  Les métadonnées publiées sont signées par une clé que la convention liste, en cours de validité, et ne
  donnent pas d'autre clé.

  Scénario: S16-P, les métadonnées publiées se vérifient
    Étant donné une convention ouvrant le PAGM "PAGM_ATTESTATION" au candidat
    Alors les métadonnées de l'opérateur respectent "verification"

  Plan du Scénario: <cas>, les métadonnées publiées ne sont pas <defaut>
    Étant donné une convention ouvrant le PAGM "PAGM_ATTESTATION" au candidat
    Alors les métadonnées de l'opérateur respectent "<aspect>"

    Exemples:
      | cas    | defaut          | aspect    |
      | S16-N1 | sans signature  | signature |
      | S16-N2 | périmées        | validite  |
      | S16-N3 | d'une autre clé | cle       |
