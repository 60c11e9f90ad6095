# language: fr
@P13 @role:client @mode:P @majeure
Fonctionnalité: Les secrets de la maison y restent

  Seuls les en-têtes convenus sortent : ni cookie de la session d'origine, ni nom de machine interne, ni VI
  fourni par l'utilisateur.

  Scénario: P13-P, il ne sort que le VI et la demande
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et il demande le service "principal"
    Alors l'appel parvient au partenaire avec un VI conforme
    Et aucun cookie du portail n'est parvenu au partenaire
    Et aucun nom de machine du portail n'est parvenu au partenaire

  Scénario: P13-N1, le cookie de la session d'origine ne sort pas
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et il demande le service "principal"
    Alors aucun cookie du portail n'est parvenu au partenaire

  Scénario: P13-N2, aucun en-tête ne nomme une machine de la maison
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et il demande le service "principal"
    Alors aucun nom de machine du portail n'est parvenu au partenaire

  Scénario: P13-N3, un VI glissé par l'utilisateur ne sort pas
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et il demande le service "principal" avec un VI de sa façon
    Alors le VI glissé par l'utilisateur n'est pas parvenu au partenaire
    Et un appel honnête parvient de nouveau au partenaire
