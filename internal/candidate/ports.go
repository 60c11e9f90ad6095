package candidate

// Ports are the harness's own; 0 means any free one.
type Ports struct {
	Provider   int `json:"provider"`   // mock provider of modes A and R
	Client     int `json:"client"`     // management of the mock client
	Probe      int `json:"probe"`      // stands behind a candidate that serves
	Revocation int `json:"revocation"` // revocation lists and OCSP
	// Service is the mock service that receives Responses (modes P and S), Portal the mock home portal,
	// Authentication and Identification the mock operators of a sphere.
	Service        int `json:"service"`
	Portal         int `json:"portal"`
	Authentication int `json:"authentication"`
	Identification int `json:"identification"`
}

// FixedPorts are those that Init writes: a real gateway is configured once.
var FixedPorts = Ports{
	Provider: 8543, Client: 8544, Probe: 8545, Revocation: 8546,
	Service: 8547, Portal: 8548, Authentication: 8549, Identification: 8550,
}

// UnmarshalJSON reads the ports, or "auto" for the zero value.
func (p *Ports) UnmarshalJSON(raw []byte) error {
	if string(raw) == `"auto"` {
		*p = Ports{}
		return nil
	}
	type each Ports
	return strict(raw, (*each)(p))
}

type namedPort struct {
	name   string
	number int
}

func (p Ports) named() []namedPort {
	return []namedPort{
		{"provider", p.Provider}, {"client", p.Client}, {"probe", p.Probe}, {"revocation", p.Revocation},
		{"service", p.Service}, {"portal", p.Portal}, {"authentication", p.Authentication}, {"identification", p.Identification},
	}
}

// listening returns the ports as the file writes them: those that are fixed, or auto.
func (p Ports) listening() any {
	fixed := map[string]int{}
	for _, n := range p.named() {
		if n.number != 0 {
			fixed[n.name] = n.number
		}
	}
	if len(fixed) == 0 {
		return "auto"
	}
	return fixed
}
