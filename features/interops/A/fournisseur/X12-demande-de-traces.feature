# language: fr
@X12 @role:fournisseur @mode:A @mode:P @mode:R @majeure @besoin:echange-de-traces
Fonctionnalité: Une demande de traces reçoit sa réponse

  Une demande conforme reçoit les traces du VI qu'elle nomme, sans donnée inventée ; un étranger à la convention et une
  demande hors du schéma n'obtiennent rien.

  Scénario: X12-P, la demande reçoit les traces du VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Quand le partenaire demande les traces du VI
    Alors la réponse porte les traces du VI

  Scénario: X12-N1, un VI inconnu ne reçoit aucune trace inventée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Et une demande de traces honnête reçoit sa réponse
    Quand le partenaire demande les traces d'un VI inconnu
    Alors la réponse n'invente aucune trace
    Et une demande de traces honnête reçoit de nouveau sa réponse

  Scénario: X12-N2, un demandeur hors de la convention n'obtient rien
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Et une demande de traces honnête reçoit sa réponse
    Quand un organisme étranger à la convention demande les traces du VI, variante "hors-convention"
    Alors aucune trace n'est livrée
    Et une demande de traces honnête reçoit de nouveau sa réponse

  @besoin:organisme-etranger
  Scénario: X12-N2~sans-projet, un organisme sans projet avec le candidat n'obtient rien
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Et une demande de traces honnête reçoit sa réponse
    Quand un organisme étranger à la convention demande les traces du VI, variante "sans-projet"
    Alors aucune trace n'est livrée
    Et une demande de traces honnête reçoit de nouveau sa réponse

  Plan du Scénario: <cas>, une demande hors du schéma (<defaut>) est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Et une demande de traces honnête reçoit sa réponse
    Quand le partenaire envoie une demande de traces altérée "<alteration>"
    Alors la demande est refusée
    Et une demande de traces honnête reçoit de nouveau sa réponse

    Exemples:
      | cas             | defaut                 | alteration           |
      | X12-N3          | motif absent           | motif-absent         |
      | X12-N3~motif    | motif inconnu          | motif-inconnu        |
      | X12-N3~criteres | critères vides         | criteres-vides       |
      | X12-N3~type     | type de traces inconnu | type-inconnu         |
      | X12-N3~date     | date sans fuseau       | date-sans-fuseau     |
      | X12-N3~element  | élément inconnu        | element-inconnu      |
      | X12-N3~attribut | attribut inconnu       | attribut-inconnu     |
      | X12-N3~espace   | autre espace de noms   | espace-de-noms-autre |
      | X12-N3~coupe    | fichier coupé          | xml-coupe            |
