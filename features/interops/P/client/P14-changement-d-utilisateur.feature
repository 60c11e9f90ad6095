# language: fr
@P14 @role:client @mode:P @bloquante @besoin:utilisateurs-multiples @besoin:liaison-mutuelle
Fonctionnalité: Le changement d'utilisateur efface l'état

  Sur le même poste, l'agent suivant a son propre VI et n'hérite pas de la session ouverte chez le fournisseur
  par le précédent.
  # Quand le navigateur porte lui-même la Response, la session du partenaire est la sienne : elle se juge chez le
  # fournisseur (P10, P11).

  Scénario: P14-P, le second agent du poste reçoit son propre VI
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et il demande le service "principal"
    Et l'utilisateur "autre-agent" se connecte au portail dans le même navigateur
    Et il demande le service "principal"
    Alors chaque appel porte le VI de son utilisateur

  Scénario: P14-N1, la session du premier agent ne sert pas au second
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'utilisateur "agent-habilite" se connecte au portail dans un navigateur neuf
    Et il demande le service "principal"
    Et l'utilisateur "autre-agent" se connecte au portail dans le même navigateur
    Et il demande le service "principal"
    Alors chaque page demandée au partenaire l'est dans la session de son utilisateur
