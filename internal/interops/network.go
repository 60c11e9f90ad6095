package interops

// Interconnection is one organism's side of annex 2: from where it calls the others, and where they reach it.
type Interconnection struct {
	Organism string `yaml:"organism" json:"organism"` // Organism.Name
	// Partners are the organisms for which it holds; all the others when empty.
	Partners []string `yaml:"partners,omitempty" json:"partners,omitempty"`
	// Sources are the addresses or ranges from which it calls.
	Sources []string `yaml:"sources,omitempty" json:"sources,omitempty"`
	// Names, Addresses and Ports are where it is reached, over Protocol.
	Names     []string `yaml:"names,omitempty" json:"names,omitempty"`
	Addresses []string `yaml:"addresses,omitempty" json:"addresses,omitempty"`
	Ports     []int    `yaml:"ports,omitempty" json:"ports,omitempty"`
	Protocol  string   `yaml:"protocol" json:"protocol"`
	// Availability is the announced opening, in words; MaximumOutage the longest outage announced (K07).
	Availability  string   `yaml:"availability,omitempty" json:"availability,omitempty"`
	MaximumOutage Duration `yaml:"maximum_outage,omitempty" json:"maximum_outage,omitempty"`
	// Security are the measures taken, in words.
	Security []string `yaml:"security,omitempty" json:"security,omitempty"`
}
