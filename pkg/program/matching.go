package program

import (
	"fmt"
	"strconv"
	"strings"

	"eoul/pkg/fault"
	"eoul/pkg/money"
)

// Matching is how a plan's total is split between the sources, in basis points of
// the total (5000 is 50 %). The national share is a whole won, floor(total ×
// NationalBps / 10000), met exactly or at most; each other source lies between its
// minimum, rounded down, and its maximum, rounded up, so that a won which cannot be
// halved never makes a plan impossible (decisions 5).
type Matching struct {
	NationalBps   int  `db:"national_bps" json:"national_bps"`
	NationalExact bool `db:"national_exact" json:"national_exact"`
	SidoMin       int  `db:"sido_min_bps" json:"sido_min_bps"`
	SidoMax       int  `db:"sido_max_bps" json:"sido_max_bps"`
	SigunguMin    int  `db:"sigungu_min_bps" json:"sigungu_min_bps"`
	SigunguMax    int  `db:"sigungu_max_bps" json:"sigungu_max_bps"`
	OwnMin        int  `db:"own_min_bps" json:"own_min_bps"`
	OwnMax        int  `db:"own_max_bps" json:"own_max_bps"`
}

// whole is all of a total in basis points.
const whole = 10_000

// others are the sources whose share the rule only bounds.
func others() [3]money.Source { return [3]money.Source{money.Sido, money.Sigungu, money.Own} }

// bounds are the least and the greatest share of a source in basis points.
func (m Matching) bounds(s money.Source) (low, high int) {
	switch s {
	case money.Sido:
		return m.SidoMin, m.SidoMax
	case money.Sigungu:
		return m.SigunguMin, m.SigunguMax
	case money.Own:
		return m.OwnMin, m.OwnMax
	case money.National:
	}
	return 0, m.NationalBps
}

// between is bounds in won of a total.
func (m Matching) between(s money.Source, total money.Amount) (low, high money.Amount) {
	l, h := m.bounds(s)
	return total.Share(int64(l), money.Floor), ceil(total, h)
}

func ceil(total money.Amount, bps int) money.Amount {
	return total.Neg().Share(int64(bps), money.Floor).Neg()
}

// Check holds the four sources of a plan's total against the rule and names every
// source that breaks it, as an Invalid fault, with the amount in won it should be.
// A plan without money breaks it too.
func (m Matching) Check(total money.BySource) error {
	f := fault.Fields{}
	sum := total.Total()
	if sum.Sign() <= 0 {
		f.Add("total", "총사업비를 1원 이상 적어 주세요.")
		return f.Err()
	}
	national := sum.Share(int64(m.NationalBps), money.Floor)
	rate := "총사업비 " + sum.Comma() + "원의 " + Percent(m.NationalBps)
	switch n := total.National.Cmp(national); {
	case m.NationalExact && n != 0:
		f.Add("national", fmt.Sprintf("국비는 %s인 %s원이어야 합니다. 지금은 %s원입니다.", rate, national.Comma(), total.National.Comma()))
	case n > 0:
		f.Add("national", fmt.Sprintf("국비는 %s인 %s원까지입니다. 지금은 %s원입니다.", rate, national.Comma(), total.National.Comma()))
	case total.National.Sign() < 0:
		f.Add("national", "국비는 0원보다 적을 수 없습니다.")
	}
	for _, s := range others() {
		low, high := m.between(s, sum)
		got := total.At(s)
		if got.Cmp(low) >= 0 && got.Cmp(high) <= 0 {
			continue
		}
		want := low.Comma() + "원부터 " + high.Comma() + "원까지여야 합니다"
		if low == high {
			want = low.Comma() + "원이어야 합니다"
		}
		f.Add(s.Code(), fmt.Sprintf("%s %s(%s). 지금은 %s원입니다.", topic(s), want, m.share(s), got.Comma()))
	}
	return f.Err()
}

// topic is the label with the particle that follows its last sound.
func topic(s money.Source) string {
	if s == money.Own {
		return s.Label() + "은"
	}
	return s.Label() + "는"
}

// share is the share a source may have, in words.
func (m Matching) share(s money.Source) string {
	low, high := m.bounds(s)
	if low == high {
		return "총사업비의 " + Percent(low)
	}
	return "총사업비의 " + Percent(low) + "~" + Percent(high)
}

// Rules says the whole rule in words, one line for each source, for screens and
// announcements.
func (m Matching) Rules() []string {
	national := "국비: 총사업비의 " + Percent(m.NationalBps)
	if !m.NationalExact {
		national += " 이하"
	}
	out := []string{national + "(1원 미만 버림)"}
	for _, s := range others() {
		if _, high := m.bounds(s); high == 0 {
			out = append(out, s.Label()+": 없음")
		} else {
			out = append(out, s.Label()+": "+m.share(s))
		}
	}
	return out
}

// Propose splits a total by the rule: the national share, then what each other
// source has to pay at least, and the rest to 시도비, 시군구비 and 자부담 in this
// order up to their maximum. For a rule that Save accepted and a positive total
// the proposal passes Check.
func (m Matching) Propose(total money.Amount) money.BySource {
	var out money.BySource
	if total.Sign() <= 0 {
		return out
	}
	out.National = total.Share(int64(m.NationalBps), money.Floor)
	rest := total
	for _, s := range others() {
		low, _ := m.between(s, total)
		out = out.With(s, low)
		rest = rest.Sub(low)
	}
	if !m.NationalExact {
		out.National = out.National.Min(rest)
	}
	rest = rest.Sub(out.National)
	for _, s := range others() {
		low, high := m.between(s, total)
		more := rest.Min(high.Sub(low))
		out = out.With(s, low.Add(more))
		rest = rest.Sub(more)
	}
	return out
}

// check refuses a rule that no plan can follow.
func (m Matching) check(f fault.Fields, at string) {
	if m.NationalBps < 0 || m.NationalBps > whole {
		f.Add(at+"national_bps", "국비 비율은 0%부터 100%까지입니다.")
	}
	least, most := 0, 0
	for _, s := range others() {
		low, high := m.bounds(s)
		if low < 0 || high > whole || low > high {
			f.Add(at+s.Code()+"_min_bps", s.Label()+" 비율의 최소는 최대보다 클 수 없고, 둘 다 0%부터 100%까지입니다.")
		}
		least, most = least+low, most+high
	}
	switch {
	case least > whole || m.NationalExact && least+m.NationalBps > whole:
		f.Add(at+"national_bps", "국비와 다른 재원의 최소 비율을 더하면 100%를 넘어 어떤 계획도 맞출 수 없습니다.")
	case m.NationalBps+most < whole:
		f.Add(at+"national_bps", "국비와 다른 재원의 최대 비율을 더해도 100%에 못 미쳐 어떤 계획도 맞출 수 없습니다.")
	}
}

// Percent writes basis points as people do: 5000 is "50%", 3333 is "33.33%".
func Percent(bps int) string {
	text := strconv.Itoa(bps / 100)
	if rest := bps % 100; rest != 0 {
		text += "." + strings.TrimRight(fmt.Sprintf("%02d", rest), "0")
	}
	return text + "%"
}

// ParsePercent reads "50", "33.33" or "50%" as basis points, without rounding:
// more than two decimals is an Invalid fault.
func ParsePercent(text string) (int, error) {
	bad := fault.New(fault.Invalid, "비율은 0부터 100까지, 소수 둘째 자리까지 적을 수 있습니다.")
	text = strings.TrimSuffix(strings.TrimSpace(text), "%")
	units, decimals, _ := strings.Cut(text, ".")
	if units == "" || len(units) > 3 || len(decimals) > 2 || strings.Trim(units+decimals, "0123456789") != "" {
		return 0, bad
	}
	n, err := strconv.Atoi(units + (decimals + "00")[:2])
	if err != nil || n > whole {
		return 0, bad
	}
	return n, nil
}
