# language: fr
@LPS-26 @role:lps @mode:- @majeure
Fonctionnalité: La boîte se rouvre d'elle-même

  La liaison est rompue, la session de Pro Santé Connect vaut encore.

  @seul
  Scénario: LPS-26-P, la liaison rompue est reprise sans le professionnel
    Étant donné le logiciel passe le témoin "ouverture"
    Et l'opérateur d'essai rompt les liaisons du logiciel
    Quand le logiciel relève la boîte
    Alors le logiciel a rouvert la boîte sans le professionnel
    Et l'opérateur d'essai redevient honnête envers le logiciel
    Et le logiciel passe de nouveau le témoin "ouverture"
