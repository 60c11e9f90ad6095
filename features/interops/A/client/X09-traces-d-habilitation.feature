# language: fr
@X09 @role:client @mode:A @mode:P @majeure @besoin:traces-habilitation @besoin:retrait-droit
Fonctionnalité: La gestion des habilitations est tracée

  Chaque octroi et chaque retrait d'un droit est tracé, avec son auteur.

  @seul
  Scénario: X09-P, le retrait et l'octroi d'un droit sont tracés avec leur auteur
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le droit de l'utilisateur "agent-habilite" est retiré
    Et le droit de l'utilisateur "agent-habilite" est rétabli
    Alors la trace d'habilitation garde chaque changement
    Et la trace d'habilitation nomme l'auteur de chaque changement
    Et un appel honnête parvient de nouveau au partenaire

  @seul
  Scénario: X09-N1, aucun changement n'est sans auteur
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le droit de l'utilisateur "agent-habilite" est retiré
    Et le droit de l'utilisateur "agent-habilite" est rétabli
    Alors la trace d'habilitation nomme l'auteur de chaque changement
    Et un appel honnête parvient de nouveau au partenaire

  @seul
  Scénario: X09-N2, aucun changement ne manque
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un appel honnête parvenu au partenaire
    Quand le droit de l'utilisateur "agent-habilite" est retiré
    Et le droit de l'utilisateur "agent-habilite" est rétabli
    Alors la trace d'habilitation garde chaque changement
    Et un appel honnête parvient de nouveau au partenaire
