# language: fr
@X03 @role:fournisseur @role:operateur-service @mode:A @mode:P @mode:R @mode:S @majeure @besoin:traces
Fonctionnalité: La trace est complète

  Chaque champ obligatoire du profil est renseigné, et les dates portent leur fuseau.

  Scénario: X03-P, tous les champs obligatoires du profil sont renseignés
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors la trace du candidat renseigne tous les champs obligatoires

  Plan du Scénario: <cas>, le champ <champ> est renseigné
    # Un cas par champ ; celui que le profil du candidat ne demande pas n'est pas généré.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors la trace du candidat renseigne le champ "<champ>"

    Exemples:
      | cas                      | champ             |
      | X03-N1~eventId           | eventId           |
      | X03-N1~timestamp         | timestamp         |
      | X03-N1~organisation      | organisation      |
      | X03-N1~role              | role              |
      | X03-N1~mode              | mode              |
      | X03-N1~project           | project           |
      | X03-N1~convention        | convention        |
      | X03-N1~direction         | direction         |
      | X03-N1~viId              | viId              |
      | X03-N1~issuer            | issuer            |
      | X03-N1~recipient         | recipient         |
      | X03-N1~audience          | audience          |
      | X03-N1~nameId            | nameId            |
      | X03-N1~nameIdFormat      | nameIdFormat      |
      | X03-N1~authnContext      | authnContext      |
      | X03-N1~authnInstant      | authnInstant      |
      | X03-N1~notBefore         | notBefore         |
      | X03-N1~notOnOrAfter      | notOnOrAfter      |
      | X03-N1~pagm              | pagm              |
      | X03-N1~signerCertificate | signerCertificate |
      | X03-N1~tlsPeer           | tlsPeer           |
      | X03-N1~decision          | decision          |
      | X03-N1~faultCode         | faultCode         |
      | X03-N1~requestId         | requestId         |
      | X03-N1~previousHash      | previousHash      |

  Scénario: X03-N2, les dates de la trace portent leur fuseau
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors les dates de la trace du candidat portent leur fuseau
