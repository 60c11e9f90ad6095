# language: fr
@FI-40 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Passé quatre heures, la connexion est redemandée

  Une minute après la limite, la session ne suffit plus, quand bien même elle aurait servi entre-temps : la
  personne se reconnecte, et auth_time le dit.

  @seul @besoin:horloge-identite
  Scénario: FI-40-N1, quatre heures et une minute après, la connexion est redemandée, à l'horloge du candidat
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "après la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:session-courte
  Scénario: FI-40-N1~session-courte, quatre heures et une minute après, la connexion est redemandée, sur une session raccourcie
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "après la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @long @besoin:session-longue
  Scénario: FI-40-N1~attente, quatre heures et une minute après, la connexion est redemandée, en attendant
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "après la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @seul @besoin:horloge-identite
  Scénario: FI-40-N2, un usage ne prolonge pas la connexion au-delà de quatre heures, à l'horloge du candidat
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "avant la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Et la connexion vieillit chez le fournisseur d'identité, jusqu'à "après la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:session-courte
  Scénario: FI-40-N2~session-courte, un usage ne prolonge pas la connexion au-delà de quatre heures, sur une session raccourcie
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "avant la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Et la connexion vieillit chez le fournisseur d'identité, jusqu'à "après la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @long @besoin:session-longue
  Scénario: FI-40-N2~attente, un usage ne prolonge pas la connexion au-delà de quatre heures, en attendant
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Et une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "avant la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Et la connexion vieillit chez le fournisseur d'identité, jusqu'à "après la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
