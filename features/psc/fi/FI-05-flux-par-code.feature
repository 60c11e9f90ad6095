# language: fr
@FI-05 @role:fournisseur-identite @mode:- @bloquante
Fonctionnalité: Le flux par code aboutit

  Une demande de code mène la personne à se connecter, le navigateur revient avec un code, et le code donne des
  jetons, dont un jeton d'identité.

  Scénario: FI-05-P, une demande de code se termine par des jetons
    Quand une personne se connecte chez le fournisseur d'identité
    Alors le fournisseur d'identité rend un code, puis des jetons
