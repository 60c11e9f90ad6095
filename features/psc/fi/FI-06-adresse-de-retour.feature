# language: fr
@FI-06 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: L'adresse de retour est comparée entière

  Une adresse de retour autre que celle qui est enregistrée, si peu que ce soit, mène à une page d'erreur : le
  navigateur n'y est pas renvoyé, et aucun code n'est donné.

  Scénario: FI-06-N1, un chemin allongé n'est pas suivi
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "chemin-allonge"
    Alors le fournisseur d'identité ne renvoie pas à l'adresse demandée
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-06-N2, un autre hôte n'est pas suivi
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "autre-hote"
    Alors le fournisseur d'identité ne renvoie pas à l'adresse demandée
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-06-N3, un hôte dont le nom commence de même n'est pas suivi
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "hote-allonge"
    Alors le fournisseur d'identité ne renvoie pas à l'adresse demandée
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-06-N4, une adresse à laquelle des paramètres sont ajoutés n'est pas suivie
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand Pro Santé Connect demande une connexion au fournisseur d'identité, variante "autre-requete"
    Alors le fournisseur d'identité ne renvoie pas à l'adresse demandée
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
