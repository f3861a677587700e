package planbook

// Group is the findings of one column, for a report that would else be endless.
type Group struct {
	Sheet, Column, Heading string
	Warning                bool
	Findings               []Finding
}

// manyInColumn is from how many on the findings of a column are folded.
const manyInColumn = 10

// Folded tells whether there are too many to read one by one.
func (g Group) Folded() bool { return len(g.Findings) > manyInColumn }

// First are the findings to show of a folded group.
func (g Group) First() []Finding { return g.Findings[:min(len(g.Findings), 3)] }

// Rest is how many more there are.
func (g Group) Rest() int { return len(g.Findings) - len(g.First()) }

// Last is the last cell of the group.
func (g Group) Last() Finding { return g.Findings[len(g.Findings)-1] }

// Groups puts findings together by column, in the order in which the columns first
// appear: errors or warnings alone, so that neither hides the other.
func (in Import) Groups(warnings bool) []Group {
	var out []Group
	at := map[[2]string]int{}
	for _, f := range in.Findings {
		if f.Warning != warnings {
			continue
		}
		key := [2]string{f.Sheet, f.Column()}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, Group{Sheet: f.Sheet, Column: f.Column(), Heading: f.Heading, Warning: warnings})
		}
		out[i].Findings = append(out[i].Findings, f)
	}
	return out
}

// Many tells whether the findings of one kind are better read by column.
func (in Import) Many(warnings bool) bool {
	for _, g := range in.Groups(warnings) {
		if g.Folded() {
			return true
		}
	}
	return false
}

// Only are the errors or the warnings, in the order of cells.
func (in Import) Only(warnings bool) (out []Finding) {
	for _, f := range in.Findings {
		if f.Warning == warnings {
			out = append(out, f)
		}
	}
	return out
}
