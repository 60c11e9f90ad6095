# language: fr
@FI-33 @role:fournisseur-identite @mode:- @bloquante @besoin:etablissement-hors-liste
Fonctionnalité: Une personne d'un établissement hors liste se reconnaît

  Le jeton d'une personne d'un établissement que Pro Santé Connect n'admet pas le nomme, et ne se fait passer pour
  aucun autre.

  Scénario: FI-33-N, le jeton d'un établissement hors liste le dit
    Étant donné une connexion honnête aboutit chez le fournisseur d'identité
    Quand une personne d'un établissement hors liste se connecte chez le fournisseur d'identité
    Alors Pro Santé Connect reconnaît au jeton d'identité un établissement hors liste
    Et une connexion honnête aboutit de nouveau chez le fournisseur d'identité
