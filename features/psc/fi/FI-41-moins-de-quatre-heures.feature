# language: fr
@FI-41 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: Avant quatre heures, la session sert

  Dix minutes avant la limite, la session évite à la personne de se reconnecter, et auth_time reste celui de sa
  connexion.

  @seul @besoin:horloge-identite
  Scénario: FI-41-P, trois heures cinquante après, la session sert, à l'horloge du candidat
    Étant donné une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "avant la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité n'a pas redemandé la connexion, et le dit

  @besoin:session-courte
  Scénario: FI-41-P~session-courte, trois heures cinquante après, la session sert, sur une session raccourcie
    Étant donné une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "avant la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité n'a pas redemandé la connexion, et le dit

  @long @besoin:session-longue
  Scénario: FI-41-P~attente, trois heures cinquante après, la session sert, en attendant
    Étant donné une personne se connecte chez le fournisseur d'identité
    Quand la connexion vieillit chez le fournisseur d'identité, jusqu'à "avant la limite"
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "simple"
    Alors le fournisseur d'identité n'a pas redemandé la connexion, et le dit
