package candidate

// MSSOperator is the interface of an MSSanté operator with the others: SMTP on mutual TLS.
type MSSOperator struct {
	// Address is host:port; TLS begins there by STARTTLS.
	Address string `json:"address"`
}

// mssOperator checks and completes it.
func (l *loading) mssOperator(m *MSSOperator) {
	l.notOurs("tcp://"+m.Address, "roles", string(RoleMSSOperator), "address")
}
