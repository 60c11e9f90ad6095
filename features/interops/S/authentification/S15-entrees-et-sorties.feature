# language: fr
@S15 @role:operateur-authentification @mode:S @mineure
Fonctionnalité: Membres et services changent en cours de vie

  Un membre compte dès son entrée et ne compte plus dès sa sortie, sans que la sphère s'arrête.

  @besoin:horloge @besoin:membre-entre @seul
  Scénario: S15-P, un membre qui vient d'entrer est servi, et ne l'était pas la veille
    Étant donné un appel honnête parvenu au partenaire
    Quand l'horloge du candidat est portée "avant-une-accession"
    Et la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "entre"
    Alors aucune réponse ne part de l'opérateur
    Et l'horloge du candidat est rendue
    Et la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "entre"
    Et une réponse parvient au service "entre"

  @besoin:membre-retire
  Scénario: S15-N1, un membre sorti n'est plus servi
    Étant donné un appel honnête parvenu au partenaire
    Quand la personne "agent-habilite" s'authentifie chez l'opérateur
    Et la personne "agent-habilite" demande le service "retire"
    Alors aucune réponse ne part de l'opérateur
    Et un appel honnête parvient de nouveau au partenaire
