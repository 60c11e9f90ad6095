# language: fr
@X14 @role:fournisseur @mode:A @mode:P @mode:R @majeure @besoin:echange-de-traces
Fonctionnalité: L'échange de traces est protégé

  Le canal est authentifié des deux côtés, le fichier est signé, et la réponse ne porte que ce qui est demandé.

  Scénario: X14-P, la réponse est signée par un signataire que la convention liste
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Quand le partenaire demande les traces du VI
    Alors la réponse est signée par le candidat

  Scénario: X14-N1, rien n'est livré par un canal en clair
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Et une demande de traces honnête reçoit sa réponse
    Quand le partenaire demande les traces du VI en clair
    Alors aucune trace n'est livrée
    Et une demande de traces honnête reçoit de nouveau sa réponse

  Scénario: X14-N1~anonyme, rien n'est livré à qui se présente sans certificat
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Et une demande de traces honnête reçoit sa réponse
    Quand le partenaire demande les traces du VI sans certificat
    Alors aucune trace n'est livrée
    Et une demande de traces honnête reçoit de nouveau sa réponse

  Plan du Scénario: <cas>, une demande dont la signature manque ou ne vaut rien (<defaut>) est refusée
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et le candidat accepte le VI
    Et une demande de traces honnête reçoit sa réponse
    Quand le partenaire envoie une demande de traces altérée "<alteration>"
    Alors la demande est refusée
    Et une demande de traces honnête reçoit de nouveau sa réponse

    Exemples:
      | cas            | defaut  | alteration        |
      | X14-N1~absente | absente | signature-absente |
      | X14-N1~alteree | altérée | signature-alteree |

  Scénario: X14-N2, la réponse ne porte pas les traces d'un autre utilisateur
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et l'organisme client envoie un VI honnête
    Et l'organisme client envoie un VI honnête, variante "autre-utilisateur"
    Quand le partenaire demande les traces du premier VI
    Alors la réponse ne porte que les traces demandées
