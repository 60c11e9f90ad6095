# language: fr
@LPS-41 @role:lps @mode:- @mineure
Fonctionnalité: L'avis de remise est demandé quand le professionnel le veut

  NOTIFY=SUCCESS sur RCPT, ou le champ que le candidat déclare. Un accusé de lecture est autre chose.

  @besoin:remise
  Scénario: LPS-41-P, l'avis de remise est demandé
    Étant donné le logiciel passe le témoin "ouverture"
    Quand le logiciel envoie un message, variante "avis-de-remise"
    Alors le message du logiciel demande un avis de remise
