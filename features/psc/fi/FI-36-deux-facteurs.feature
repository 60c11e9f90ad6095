# language: fr
@FI-36 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Deux facteurs sont demandés, ou leur défaut se voit

  Un moyen faible est refusé, ou se voit dans amr ; s'arrêter au premier facteur, ou se tromper, ne connecte
  personne. La liste du référentiel étant perdue, ces essais sont du profil de test.

  @besoin:moyen-faible
  Scénario: FI-36-N1, un moyen faible est refusé, ou se voit
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand chaque moyen faible du fournisseur d'identité sert à une connexion
    Alors Pro Santé Connect refuserait ces connexions au vu des jetons d'identité
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  @besoin:deux-facteurs
  Scénario: FI-36-N2, s'arrêter au premier facteur ne connecte pas
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand une personne s'arrête au premier facteur chez le fournisseur d'identité
    Alors le fournisseur d'identité ne tient pas la personne pour connectée
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité

  Scénario: FI-36-N3, un facteur faux ne connecte pas
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand une personne se trompe de dernier facteur chez le fournisseur d'identité
    Alors le fournisseur d'identité ne tient pas la personne pour connectée
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
