# language: fr
@LPS-17 @role:lps @mode:- @majeure
Fonctionnalité: Un SRV hors du domaine est contrôlé

  Le SRV désigne un hôte étranger, dont l'autorité n'est pas admise.

  @seul @besoin:srv
  Scénario: LPS-17-N, SRV qui désigne un hôte étranger
    Étant donné le logiciel passe le témoin "ouverture"
    Et le domaine de la boîte annonce ses serveurs par SRV, variante "hors-domaine"
    Quand le logiciel ouvre la boîte sans qu'aucun serveur lui soit dit
    Alors le logiciel n'a présenté aucun jeton à un serveur étranger
    Et le logiciel passe de nouveau le témoin "ouverture"
