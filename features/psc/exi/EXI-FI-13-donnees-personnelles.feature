# language: fr
@EXI-FI-13 @role:fournisseur-identite @mode:- @majeure
Fonctionnalité: Protection des données personnelles

  EXI FI 13. L'hébergement sécurisé des données personnelles est attesté, et leur confidentialité et leur intégrité décrites ; le canal lui-même est éprouvé par FI-04.
  Du navigateur on éprouve que la session n'y est lue ni en clair ni par un script, et qu'aucun jeton n'y passe par une adresse, que des journaux gardent.

  Scénario: EXI-FI-13-N1, la session du navigateur ne se lit ni en clair ni par un script
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand une personne se connecte chez le fournisseur d'identité
    Alors la session de la personne chez le fournisseur d'identité ne se lit ni en clair ni par un script
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: EXI-FI-13-N2, aucun jeton ne passe par une adresse
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand une personne se connecte chez le fournisseur d'identité
    Alors aucun jeton du fournisseur d'identité ne passe par une adresse
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:piece
  Scénario: EXI-FI-13-D, l'attestation d'hébergement est jointe
    Quand le candidat déclare une pièce pour cette exigence
    Alors la pièce se lit et attend une relecture
