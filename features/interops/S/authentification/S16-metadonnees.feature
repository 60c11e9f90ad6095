# language: fr
@S16 @role:operateur-authentification @mode:S @majeure
Fonctionnalité: Les métadonnées de la sphère sont dignes de confiance

  Les métadonnées publiées sont signées par une clé que la convention liste, en cours de validité, et ne
  donnent pas d'autre clé.

  @besoin:metadonnees
  Scénario: S16-P, les métadonnées publiées se vérifient
    Étant donné une convention ouvrant le PAGM "PAGM_ATTESTATION" au candidat
    Alors les métadonnées de l'opérateur respectent "verification"

  @besoin:metadonnees
  Plan du Scénario: <cas>, les métadonnées publiées ne sont pas <defaut>
    Étant donné une convention ouvrant le PAGM "PAGM_ATTESTATION" au candidat
    Alors les métadonnées de l'opérateur respectent "<aspect>"

    Exemples:
      | cas    | defaut          | aspect    |
      | S16-N1 | sans signature  | signature |
      | S16-N2 | périmées        | validite  |
      | S16-N3 | d'une autre clé | cle       |

  @besoin:lecture-metadonnees
  Scénario: S16-P~relues, des métadonnées honnêtes d'un service changent son adresse de réception
    Étant donné un appel honnête parvenu au partenaire
    Quand le service "principal" publie des métadonnées "honnetes" que l'opérateur relit
    Et la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Alors la réponse va à l'adresse nouvelle du service

  @besoin:lecture-metadonnees
  Plan du Scénario: <cas>, des métadonnées <defaut> d'un service ne changent rien
    Étant donné un appel honnête parvenu au partenaire
    Quand le service "principal" publie des métadonnées "<forme>" que l'opérateur relit
    Et la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "principal"
    Alors la réponse va à l'adresse connue du service
    Et un appel honnête parvient de nouveau au partenaire

    Exemples:
      | cas           | defaut          | forme          |
      | S16-N1~relues | sans signature  | sans-signature |
      | S16-N2~relues | périmées        | perimees       |
      | S16-N3~relues | d'une autre clé | cle-etrangere  |
