package candidate

// MSSOrganisation is the life-cycle of an MSSanté operator: it is declared, by the documents of the block mssante.
type MSSOrganisation struct{}
