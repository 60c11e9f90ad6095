# language: fr
@A04 @role:fournisseur @mode:A @bloquante @besoin:sonde
Fonctionnalité: Rien n'atteint l'application sans VI valide

  L'application placée derrière le candidat ne voit jamais un message refusé, pas même avant le verdict.

  Scénario: A04-P, l'application voit l'appel une seule fois
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Quand l'organisme client envoie un VI honnête
    Alors la sonde placée derrière le candidat a reçu l'appel une seule fois

  Plan du Scénario: <cas>, un message <defaut> n'atteint pas l'application
    # Un représentant de chaque famille de refus ; toute autre faute qui atteint la sonde est relevée où elle se voit.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas               | defaut                        | faute                     |
      | A04-N1~sans-vi    | sans VI                       | soap-security-empty       |
      | A04-N1~signature  | au VI sans signature          | vi-signature-stripped     |
      | A04-N1~dates      | au VI expiré                  | vi-window-expired         |
      | A04-N1~audience   | au VI d'un autre service      | vi-audience-other-service |
      | A04-N1~emetteur   | au VI d'un émetteur inconnu   | vi-issuer-unknown         |
      | A04-N1~certificat | au VI signé hors de confiance | vi-certificate-other-ca   |

  Plan du Scénario: <cas>, l'application n'est pas appelée avant le verdict (<defaut>)
    # Les fautes que les contrôles trouvent en dernier : une application appelée en parallèle les aurait déjà vues.
    Étant donné une convention ouvrant le PAGM "PAGM_CONSULTATION" au candidat
    Et un VI honnête accepté par le candidat
    Quand l'organisme client envoie un message avec la faute "<faute>"
    Alors le candidat refuse le message
    Et la sonde placée derrière le candidat n'a rien reçu
    Et un VI honnête est de nouveau accepté

    Exemples:
      | cas           | defaut                      | faute                      |
      | A04-N2~pagm   | PAGM inconnu                | vi-pagm-unknown            |
      | A04-N2~niveau | classe inconnue             | vi-authncontext-unknown    |
      | A04-N2~altere | valeur de signature altérée | vi-signature-value-altered |
