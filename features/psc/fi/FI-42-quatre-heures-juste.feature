# language: fr
@FI-42 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: La limite est quatre heures, et non davantage

  Cinq secondes après la limite, la connexion est redemandée.

  @seul @besoin:horloge-identite
  Scénario: FI-42-N, quatre heures et cinq secondes après, la connexion est redemandée, à l'horloge du candidat
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "juste après la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:session-courte
  Scénario: FI-42-N~session-courte, quatre heures et cinq secondes après, la connexion est redemandée, sur une session raccourcie
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "juste après la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @long @besoin:session-longue
  Scénario: FI-42-N~attente, quatre heures et cinq secondes après, la connexion est redemandée, en attendant
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "juste après la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
