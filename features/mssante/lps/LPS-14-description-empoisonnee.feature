# language: fr
@LPS-14 @role:lps @mode:- @majeure
Fonctionnalité: Une description empoisonnée est écartée

  Le certificat du serveur désigné est bon : c'est son nom qui n'est pas du domaine de la boîte.

  @seul @besoin:autoconfig
  Scénario: LPS-14-N1, description qui désigne la machine elle-même
    Étant donné le logiciel passe le témoin "ouverture"
    Et le domaine de la boîte décrit ses serveurs en XML, variante "boucle-locale"
    Quand le logiciel ouvre la boîte sans qu'aucun serveur lui soit dit
    Alors le logiciel n'a présenté aucun jeton à un serveur étranger
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul @besoin:autoconfig
  Scénario: LPS-14-N2, description qui désigne un hôte hors du domaine
    Étant donné le logiciel passe le témoin "ouverture"
    Et le domaine de la boîte décrit ses serveurs en XML, variante "hors-domaine"
    Quand le logiciel ouvre la boîte sans qu'aucun serveur lui soit dit
    Alors le logiciel n'a présenté aucun jeton à un serveur étranger
    Et le logiciel passe de nouveau le témoin "ouverture"
