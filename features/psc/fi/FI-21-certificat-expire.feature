# language: fr
@FI-21 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Un certificat expiré ou révoqué est refusé

  Le certificat du client, expiré ou révoqué par son autorité, ne donne aucun jeton ; une assertion expirée non
  plus.

  @besoin:certificat-d-essai
  Scénario: FI-21-N1, un certificat expiré ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "certificat-expire"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:certificat-d-essai
  Scénario: FI-21-N2, un certificat révoqué ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "certificat-revoque"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:client-a-cle
  Scénario: FI-21-N3, une assertion expirée ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "assertion-expiree"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
