# language: fr
@LPS-15 @role:lps @mode:- @majeure
Fonctionnalité: Une description doit venir par une liaison sûre

  Le serveur décrit est celui d'un autre ; seul le chemin de la description le trahit.

  @seul @besoin:autoconfig
  Scénario: LPS-15-N1, description servie en clair après une redirection
    Étant donné le logiciel passe le témoin "ouverture"
    Et le domaine de la boîte décrit ses serveurs en XML, variante "en-clair"
    Quand le logiciel ouvre la boîte sans qu'aucun serveur lui soit dit
    Alors le logiciel n'a présenté aucun jeton à un serveur étranger
    Et le logiciel passe de nouveau le témoin "ouverture"

  @seul @besoin:autoconfig
  Scénario: LPS-15-N2, description servie sous une autre autorité
    Étant donné le logiciel passe le témoin "ouverture"
    Et le domaine de la boîte décrit ses serveurs en XML, variante "certificat-etranger"
    Quand le logiciel ouvre la boîte sans qu'aucun serveur lui soit dit
    Alors le logiciel n'a présenté aucun jeton à un serveur étranger
    Et le logiciel passe de nouveau le témoin "ouverture"
