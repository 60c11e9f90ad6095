package journey

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"etalon/internal/interops"
	"etalon/internal/verdict"
)

// closed are the fields whose values are a closed list.
var closed = []struct {
	field  string
	values []string
	of     func(*Record) string
}{
	{"role", []string{Client, Provider, IdentificationOperator, AuthenticationOperator, ServiceOperator}, func(r *Record) string { return r.Role }},
	{"mode", []string{"A", "P", "S", "R"}, func(r *Record) string { return string(r.Mode) }},
	{"direction", []string{string(interops.Emission), string(interops.Reception)}, func(r *Record) string { return string(r.Direction) }},
	{"decision", []string{
		string(interops.Accepted), string(interops.Rejected), string(interops.Created), string(interops.Sent),
		string(interops.Discarded), string(interops.LoggedOut), string(interops.Rebounded),
		string(interops.Suspected),
	}, func(r *Record) string { return string(r.Decision) }},
}

// check looks at the values of a record (X03), and reads its instant.
func (r *reading) check(record *Record) {
	for _, c := range closed {
		if got := c.of(record); !slices.Contains(c.values, got) {
			m := remark(ruleField, verdict.Text{
				FR: fmt.Sprintf("le champ %s n'a pas une valeur connue", c.field), EN: fmt.Sprintf("the field %s has no known value", c.field),
			}, record)
			m.Want, m.Got = strings.Join(c.values, " | "), got
			r.remark(m)
		}
	}
	if record.Organisation == "" {
		r.remark(remark(ruleField, verdict.Text{FR: "le champ organisation est vide", EN: "the field organisation is empty"}, record))
	}
	at, err := time.Parse(time.RFC3339Nano, record.Timestamp)
	if err != nil {
		m := remark(ruleField, verdict.Text{
			FR: "le champ timestamp n'est pas un instant avec son fuseau", EN: "the field timestamp is no instant with its zone",
		}, record)
		m.Want, m.Got = interops.InstantLayout, record.Timestamp
		r.remark(m)
		return
	}
	record.At = at.UTC()
}
