package lps

import "etalon/internal/missive"

// The gestures that a mail program is asked for.
const (
	Connect   = "connect"   // sign in if need be, and open the mailbox
	Send      = "send"      // write a message and send it
	Fetch     = "fetch"     // look what has come, and read it
	Receipt   = "receipt"   // send the receipt that a message asks for
	Logout    = "logout"    // leave
	Elsewhere = "elsewhere" // do anything that needs no mail: show a patient's record
	Forget    = "forget"    // forget what is kept of revocation, as on the first day
	Restart   = "restart"   // end the program, and start it again
)

// Gesture is one thing that the person at a mail program does, as the harness asks for it: the body of a request, or what
// a command reads.
type Gesture struct {
	Gesture string `json:"gesture"`
	// Mailbox is the address to open; Identity and Secret are what the person types at Pro Santé Connect.
	Mailbox  string `json:"mailbox"`
	Identity string `json:"identity"`
	Secret   string `json:"secret"`
	// Issuer is where Pro Santé Connect is. IMAP and SMTP are the servers as the person types them, host:port; where they
	// are empty the program finds them by itself. DNS is the server of names that the harness plays, Autoconfig the port of
	// its description.
	Issuer     string `json:"issuer"`
	IMAP       string `json:"imap,omitempty"`
	SMTP       string `json:"smtp,omitempty"`
	DNS        string `json:"dns,omitempty"`
	Autoconfig string `json:"autoconfig,omitempty"`
	// What is sent.
	To      []string `json:"to,omitempty"`
	Subject string   `json:"subject,omitempty"`
	Text    string   `json:"text,omitempty"`
	// Reply is the Message-ID of the message that is answered, or whose receipt is sent.
	Reply string `json:"reply,omitempty"`
	// Documents are to be made about the patient and joined, in an archive.
	Documents []missive.Draughted `json:"documents,omitempty"`
	Patient   *missive.Patient    `json:"patient,omitempty"`
	// Delivery asks for a report of delivery, End ends the discussion with a patient.
	Delivery bool `json:"delivery,omitempty"`
	End      bool `json:"end,omitempty"`
	// Size joins a file of so many octets.
	Size int `json:"size,omitempty"`
}

// Answer is what the program tells the person.
type Answer struct {
	// Error is what it could not do, in words; empty when it is done.
	Error string `json:"error,omitempty"`
	// SignIn tells that it asks to sign in again.
	SignIn bool `json:"sign_in,omitempty"`
	// Messages are those that it shows, by their Message-ID.
	Messages []string `json:"messages,omitempty"`
}
