# language: fr
@FI-47 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le jeton d'identité est signé d'une clé publiée

  Le jeton n'est jamais sans signature, ni scellé d'un secret que chacun a ; sa signature se vérifie par une clé
  publiée, et le document n'annonce pas none.

  Scénario: FI-47-N1, le jeton d'identité est signé d'une clé publiée
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand une personne se connecte chez le fournisseur d'identité
    Alors le jeton d'identité est signé par une clé publiée
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-47-N2, l'absence de signature n'est pas annoncée
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect lit la découverte du fournisseur d'identité
    Alors la découverte du fournisseur d'identité n'annonce pas de jeton sans signature
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
