# language: fr
@FI-20 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Un autre certificat, ou une autre clé, que ceux du client est refusé

  Sous le nom du client, le certificat d'un autre, celui d'une autre autorité, l'absence de certificat, une
  assertion d'une autre clé ou faite pour un autre serveur ne donnent aucun jeton.

  @besoin:client-a-certificat
  Scénario: FI-20-N1, le certificat d'un autre ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "autre-certificat"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:client-a-certificat
  Scénario: FI-20-N2, l'absence de certificat ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "sans-certificat"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:certificat-d-essai
  Scénario: FI-20-N3, un certificat du même nom, d'une autre autorité, ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "certificat-autre-autorite"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:client-a-cle
  Scénario: FI-20-N4, une assertion signée d'une autre clé ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "assertion-autre-cle"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:client-a-cle
  Scénario: FI-20-N5, une assertion faite pour un autre serveur ne donne rien
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect échange un code chez le fournisseur d'identité, variante "assertion-autre-public"
    Alors le fournisseur d'identité ne rend aucun jeton
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
