# language: fr
@FI-43 @role:fournisseur-identite @mode:- @mineure
Fonctionnalité: max_age est entendu

  Une connexion plus vieille que max_age est redemandée, et auth_time est celui de la nouvelle.

  @seul @besoin:horloge-identite
  Scénario: FI-43-P, max_age redemande une connexion de cinq minutes, à l'horloge du candidat
    Étant donné une personne se connecte chez le fournisseur d'identité
    Quand 300 secondes passent chez le fournisseur d'identité
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "max-age-60"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit

  @besoin:temps-reel-identite
  Scénario: FI-43-P~attente, max_age redemande une connexion de quatre secondes
    Étant donné une personne se connecte chez le fournisseur d'identité
    Quand deux secondes s'écoulent chez le fournisseur d'identité
    Et deux secondes s'écoulent chez le fournisseur d'identité
    Et Pro Santé Connect demande de nouveau une connexion au fournisseur d'identité, variante "max-age-2"
    Alors le fournisseur d'identité a redemandé la connexion, et le dit
