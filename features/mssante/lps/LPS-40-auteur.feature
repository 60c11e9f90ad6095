# language: fr
@LPS-40 @role:lps @mode:- @mineure
Fonctionnalité: Le nom d'affichage dit qui écrit

  Titre, prénom, nom et entité pour une personne ; l'entité pour une organisation.

  Scénario: LPS-40-P, l'auteur est nommé
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "simple"
    Alors le message du logiciel est conforme
