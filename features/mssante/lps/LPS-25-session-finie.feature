# language: fr
@LPS-25 @role:lps @mode:- @majeure
Fonctionnalité: La session finit avec Pro Santé Connect

  Pro Santé Connect répond invalid_grant au rafraîchissement.

  @seul
  Scénario: LPS-25-N, sans prolongement, la messagerie se ferme
    Étant donné le logiciel passe le témoin "envoi"
    Et l'opérateur d'essai refuse au logiciel, sur les liaisons à venir, les jetons qu'il a déjà présentés
    Et Pro Santé Connect refuse de prolonger la session du logiciel
    Quand le logiciel envoie un message, variante "simple"
    Alors la session de messagerie du logiciel est close
    Et le logiciel demande au professionnel de s'identifier
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et Pro Santé Connect redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "envoi"
