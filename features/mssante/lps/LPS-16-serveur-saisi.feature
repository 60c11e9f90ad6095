# language: fr
@LPS-16 @role:lps @mode:- @bloquante
Fonctionnalité: Un serveur saisi à la main est contrôlé

  Le professionnel saisit un serveur dont l'autorité n'est pas admise.

  @seul
  Scénario: LPS-16-N, aucun jeton à un serveur étranger saisi à la main
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le professionnel fait ouvrir la boîte à un serveur étranger
    Alors le logiciel n'a présenté aucun jeton à un serveur étranger
    Et le logiciel passe de nouveau le témoin "ouverture"
