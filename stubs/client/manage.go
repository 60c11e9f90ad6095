package client

import "etalon/internal/emitter"

// gestures are the verbs of a candidate file that the gateway makes when asked, by name.
func (g *Gateway) gestures() emitter.Gestures {
	return emitter.Gestures{
		"logout": func(s emitter.Subject) {
			g.rights.Logout(s.User, g.party.Now())
			g.forget(s.User)
		},
		"withdraw-right": func(s emitter.Subject) {
			g.rights.Withdraw(s.User, s.Project, s.PAGM)
			g.forget(s.User)
		},
		"grant-right":  func(s emitter.Subject) { g.rights.Grant(s.User, s.Project, s.PAGM) },
		"break-tokens": func(emitter.Subject) { g.deaf.Store(true) },
		"mend-tokens":  func(emitter.Subject) { g.deaf.Store(false) },
		"restart":      func(emitter.Subject) { g.vis.Clear() },
	}
}

// ManageURL is the address of a gesture, or of "clock".
func (g *Gateway) ManageURL(gesture string) string {
	return "http://" + g.listener.Addr().String() + emitter.ManagePath + gesture
}

// forget drops the VIs of a user whose rights or login changed (L04).
func (g *Gateway) forget(user string) {
	if !g.policy.hoards {
		g.vis.Purge(user)
	}
}
