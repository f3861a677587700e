package money

import "eoul/pkg/fault"

// Source says who pays.
type Source int

// The four sources, in the order of every form, table and split. Sido is the
// share of a 시·도 (시비 of a metropolitan city too), Sigungu that of a 시·군·구.
const (
	National Source = iota
	Sido
	Sigungu
	Own
)

// Sources lists all sources in their order, for loops.
func Sources() [4]Source { return [4]Source{National, Sido, Sigungu, Own} }

// Label returns the Korean word of the screen.
func (s Source) Label() string {
	return [...]string{"국비", "시도비", "시군구비", "자부담"}[s]
}

// Code returns the word of JSON and of column names.
func (s Source) Code() string { return [...]string{"national", "sido", "sigungu", "own"}[s] }

// ParseSource reads a Code; another word is an Invalid fault.
func ParseSource(code string) (Source, error) {
	for _, s := range Sources() {
		if s.Code() == code {
			return s, nil
		}
	}
	return 0, fault.New(fault.Invalid, "재원은 국비, 시도비, 시군구비, 자부담 중 하나여야 합니다.")
}

// BySource holds one amount per source; it is comparable with ==. As a nested
// struct of sqlx its columns are national, sido, sigungu and own.
type BySource struct {
	National Amount `db:"national" json:"national"`
	Sido     Amount `db:"sido" json:"sido"`
	Sigungu  Amount `db:"sigungu" json:"sigungu"`
	Own      Amount `db:"own" json:"own"`
}

// Total is the sum of the four sources.
func (b BySource) Total() Amount { return Sum(b.National, b.Sido, b.Sigungu, b.Own) }

// Add adds per source.
func (b BySource) Add(c BySource) BySource {
	return BySource{b.National.Add(c.National), b.Sido.Add(c.Sido), b.Sigungu.Add(c.Sigungu), b.Own.Add(c.Own)}
}

// Sub subtracts per source; a source may become negative.
func (b BySource) Sub(c BySource) BySource { return b.Add(c.Neg()) }

// Neg negates every source.
func (b BySource) Neg() BySource {
	return BySource{b.National.Neg(), b.Sido.Neg(), b.Sigungu.Neg(), b.Own.Neg()}
}

// IsZero reports whether every source is 0 won.
func (b BySource) IsZero() bool { return b == BySource{} }

// AnyNegative reports whether a source is below 0 won.
func (b BySource) AnyNegative() bool {
	return b.National.n < 0 || b.Sido.n < 0 || b.Sigungu.n < 0 || b.Own.n < 0
}

// LessEq reports whether every source of b is at most that of c.
func (b BySource) LessEq(c BySource) bool {
	return b.National.n <= c.National.n && b.Sido.n <= c.Sido.n && b.Sigungu.n <= c.Sigungu.n && b.Own.n <= c.Own.n
}

// At returns the amount of one source.
func (b BySource) At(s Source) Amount {
	return [...]Amount{b.National, b.Sido, b.Sigungu, b.Own}[s]
}

// With returns b with the amount of one source replaced.
func (b BySource) With(s Source, a Amount) BySource {
	*[...]*Amount{&b.National, &b.Sido, &b.Sigungu, &b.Own}[s] = a
	return b
}

// Weights returns the four amounts as weights of a split.
func (b BySource) Weights() []int64 {
	return []int64{b.National.n, b.Sido.n, b.Sigungu.n, b.Own.n}
}

// Split divides an amount in the proportion of b, as Amount.Split does.
func (b BySource) Split(a Amount) (BySource, error) {
	parts, err := a.Split(b.Weights()...)
	if err != nil {
		return BySource{}, err
	}
	return BySource{parts[0], parts[1], parts[2], parts[3]}, nil
}

// Cut cuts every source to whole units; kept + cut = b per source.
func (b BySource) Cut(unit int64) (kept, cut BySource) {
	for _, s := range Sources() {
		k, c := b.At(s).Cut(unit)
		kept, cut = kept.With(s, k), cut.With(s, c)
	}
	return kept, cut
}
