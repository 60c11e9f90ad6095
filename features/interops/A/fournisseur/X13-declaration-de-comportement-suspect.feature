# language: fr
@X13 @role:fournisseur @mode:A @mode:P @mode:R @mineure @besoin:echange-de-traces
Fonctionnalité: Une déclaration de comportement suspect est traitée

  La déclaration est acquittée et laisse une trace ; une déclaration hors du schéma est refusée.

  @besoin:traces
  Scénario: X13-P, la déclaration est acquittée et tracée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Quand le partenaire déclare le VI suspect
    Alors le candidat accuse réception de la déclaration
    Et la trace du candidat garde la déclaration

  Plan du Scénario: <cas>, une déclaration hors du schéma (<defaut>) est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Et une demande de traces honnête reçoit sa réponse
    Quand le partenaire envoie une déclaration de comportement suspect altérée "<alteration>"
    Alors la déclaration est refusée
    Et une demande de traces honnête reçoit de nouveau sa réponse

    Exemples:
      | cas                | defaut              | alteration          |
      | X13-N1             | VI absent           | vi-absent           |
      | X13-N1~description | description absente | description-absente |
      | X13-N1~vide        | description vide    | description-vide    |
      | X13-N1~date        | date sans fuseau    | date-sans-fuseau    |
      | X13-N1~element     | élément inconnu     | element-inconnu     |

  Scénario: X13-N2, une déclaration qui nomme aussi un VI inconnu n'est pas laissée sans accusé
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Quand le partenaire déclare suspects le VI et un autre, inconnu
    Alors le candidat accuse réception de la déclaration
