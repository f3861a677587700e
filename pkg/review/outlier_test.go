package review

import "testing"

// TestOutliers: totals of one application, which stand out, and the z of the first.
// The maximum is 100, the bounds are those of the rules: 1.5 and 20 percent.
func TestOutliers(t *testing.T) {
	for name, x := range map[string]struct {
		totals    []Points
		wide      bool
		outliers  []bool
		z         Points // of the first total
		deviation Points
	}{
		"one":                  {[]Points{90_000}, false, []bool{false}, 0, 0},
		"all equal":            {[]Points{80_000, 80_000, 80_000}, false, []bool{false, false, false}, 0, 0},
		"of two nobody":        {[]Points{90_000, 50_000}, true, []bool{false, false}, 1000, 20_000},
		"three, one far":       {[]Points{60_000, 85_000, 90_000}, true, []bool{true, false, false}, -1397, -18_330},
		"three, both ends":     {[]Points{40_000, 60_000, 80_000}, true, []bool{true, false, true}, -1224, -20_000},
		"three, just below":    {[]Points{60_001, 70_000, 80_000}, false, []bool{false, false, false}, -1224, -10_000},
		"three, spread only":   {[]Points{60_000, 70_000, 80_000}, true, []bool{false, false, false}, -1224, -10_000},
		"five, one far":        {[]Points{40_000, 80_000, 80_000, 80_000, 80_000}, true, []bool{true, false, false, false, false}, -2000, -32_000},
		"five, far yet narrow": {[]Points{65_000, 80_000, 80_000, 80_000, 80_000}, false, []bool{false, false, false, false, false}, -2000, -12_000},
		"four, evenly":         {[]Points{60_000, 60_000, 90_000, 90_000}, true, []bool{false, false, false, false}, -1000, -15_000},
	} {
		t.Run(name, func(t *testing.T) {
			d := Discussed{}
			for _, p := range x.totals {
				d.Sheets = append(d.Sheets, Heard{Total: p})
			}
			// One that does not count must change nothing.
			d.Sheets = append(d.Sheets, Heard{Total: 1, Excluded: "제척"})
			low, high := x.totals[0], x.totals[0]
			for _, p := range x.totals {
				low, high = min(low, p), max(high, p)
			}
			d.Spread = high - low
			d.mark(Bounds{Outlier: 150, Wide: 20}, 100)
			if d.Wide != x.wide {
				t.Errorf("wide %v, want %v", d.Wide, x.wide)
			}
			for i, want := range x.outliers {
				if d.Sheets[i].Outlier != want {
					t.Errorf("total %s: outlier %v, want %v (z %s)", d.Sheets[i].Total, d.Sheets[i].Outlier, want, d.Sheets[i].Z)
				}
			}
			if s := d.Sheets[0]; s.Z != x.z || s.Deviation != x.deviation {
				t.Errorf("first total: z %d, deviation %d; want %d, %d", s.Z, s.Deviation, x.z, x.deviation)
			}
			if last := d.Sheets[len(d.Sheets)-1]; last.Outlier || last.Z != 0 || last.Deviation != 0 {
				t.Errorf("an excluded sheet is marked: %+v", last)
			}
		})
	}
}

// TestTimes: z-scores are rounded half away from zero, with their sign.
func TestTimes(t *testing.T) {
	for z, want := range map[Points]string{0: "0.00", 498: "+0.50", -1_994: "-1.99", 1_581: "+1.58", -1_995: "-2.00", 4: "+0.00"} {
		if got := (Heard{Z: z}).Times(); got != want {
			t.Errorf("Times(%d) = %s, want %s", z, got, want)
		}
	}
}
