package report_test

import (
	"fmt"
	"strings"
	"testing"

	"eoul/pkg/authz"
	"eoul/pkg/fault"
	"eoul/pkg/report"
)

const (
	headSummary = "연번|지자체명|사업명|사업기간|총사업비|총사업비|총사업비|총사업비|총사업비|교부액|교부액|교부액|교부액|집행액|집행액|집행액|집행액|집행액|집행률(%)|" +
		"집행잔액|집행잔액|집행잔액|집행잔액|집행잔액|이자|이자|이자|이자|수익금|불인정액|이월액|반납액|반납액|반납액|반납액|비고"
	headSummary2 = "연번|지자체명|사업명|사업기간|계|국비|시도비|시군구비|자부담|계|국비|시도비|시군구비|계|국비|시도비|시군구비|자부담|집행률(%)|" +
		"계|국비|시도비|시군구비|자부담|계|국비|시도비|시군구비|수익금|불인정액|이월액|계|국비|시도비|시군구비|비고"
	headSources = "재원|예산액(당초)|변경 후 예산|교부액|집행액|불인정액|인정집행액|집행률|잔액|이자|수익금|이월액|반납할 금액|기반납액|추가 반납액"
	headLines   = "보조비목|보조세목(코드)|내역|산출기초|당초예산|변경예산|집행액|집행액|집행액|집행액|집행액|잔액|집행률|잔액사유"
	headLines2  = "보조비목|보조세목(코드)|내역|산출기초|당초예산|변경예산|국비|시도비|시군구비|자부담|계|잔액|집행률|잔액사유"
	headList    = "순번|집행일자|비목|세목코드|세목명|집행용도|거래처명|사업자등록번호|공급가액|부가세|합계|재원별|재원별|재원별|재원별|지급방식|증빙구분|증빙번호|검토상태|불인정액|불인정사유"
	headList2   = "순번|집행일자|비목|세목코드|세목명|집행용도|거래처명|사업자등록번호|공급가액|부가세|합계|국비|시도비|시군구비|자부담|지급방식|증빙구분|증빙번호|검토상태|불인정액|불인정사유"
)

func TestWorkbookOfOneAward(t *testing.T) {
	w := newWorld(t)
	f, raw, name := w.open(t, w.Officer, report.Which{Award: "G-2022-00001"})
	if name != "정산보고서_G-2022-00001_가람도 나루군.xlsx" {
		t.Errorf("the file is called %s", name)
	}
	if got := strings.Join(f.GetSheetList(), "|"); got != "총괄표|재원별 정산|비목별 집행|집행내역" {
		t.Errorf("sheets %s", got)
	}
	facts := "사업명: 나루 <상생> 마당 & 장터 / 기관명: 가람도 나루군 / 사업기간: 2022. 3. 1. ~ 2022. 12. 31. / 회계연도: 2022년"
	demo := "시연용 가상 자료가 들어 있습니다."
	summary := table(t, f, "총괄표")
	same(t, summary, 1, "2022년 어울림 사업 정산 총괄표", facts, demo+strings.Repeat("|", 35)+"(단위: 원)", headSummary, headSummary2,
		"1|가람도 나루군|나루 <상생> 마당 & 장터|2022. 3. 1. ~ 2022. 12. 31.|100000004|50000003|25000001|20000000|5000000|95000004|50000003|25000001|20000000|"+
			"17353088|8676545|4338272|3470617|867654|0.17353087305876508|80646916|40323458|20161729|16129383|4032346|23455|12345|6172|4938|2000|1100000|2000000|"+
			"77683815|40886803|20443229|16353783|확정",
		"합계||||100000004|50000003|25000001|20000000|5000000|95000004|50000003|25000001|20000000|"+
			"17353088|8676545|4338272|3470617|867654|0.17353087305876508|80646916|40323458|20161729|16129383|4032346|23455|12345|6172|4938|2000|1100000|2000000|"+
			"77683815|40886803|20443229|16353783")
	same(t, summary, 10,
		"검산|일치|17353088|17353088|비목별 집행의 집행액 = 집행내역의 합계",
		"검산|일치|17353088|17353088|집행내역의 합계 = 재원별 정산의 집행액",
		"검산|일치|17353088|17353088|재원별 정산의 집행액 = 총괄표의 집행액",
		"검산|일치|100000004|100000004|교부액(자부담 포함) = 집행액 + 집행잔액 + 이월액",
		"검산|일치|77683815|77683815|반납액 = 집행잔액 + 불인정액 + 이자 + 수익금 − 제외이자 1,110원(자부담 제외)",
		"검산|일치|117353092|117353092|재원별 금액의 합 = 계(총사업비와 집행액)")
	same(t, table(t, f, "재원별 정산"), 1, "2022년 어울림 사업 재원별 정산", facts, demo+strings.Repeat("|", 14)+"(단위: 원)", headSources,
		"국비|50000003|50000003|50000003|8676545|550000|8126545|0.17353088958814664|40323458|12345|1000|1000000|40886803|40000000|886803",
		"시도비|25000001|25000001|25000001|4338272|275000|4063272|0.17353087305876508|20161729|6172|500|500000|20443229|20000000|443229",
		"시군구비|20000000|20000000|20000000|3470617|220000|3250617|0.17353085|16129383|4938|400|400000|16353783|886803|15466980",
		"자부담|5000000|5000000|5000000|867654|55000|812654|0.1735308|4032346|1234|100|100000|0|0|0",
		"계|100000004|100000004|100000004|17353088|1100000|16253088|0.17353087305876508|80646916|24689|2000|2000000|77683815|60886803|16797012")
	same(t, table(t, f, "비목별 집행"), 1, "2022년 어울림 사업 비목별 집행", facts, demo+strings.Repeat("|", 13)+"(단위: 원)", headLines, headLines2,
		"인건비|기타직보수(110-03)|전담 인력|1식|20000000|23000004|3876544|1938272|1550617|387654|7753087|15246917|0.33709068050596863",
		`운영비|일반수용비(210-01)|=HYPERLINK("http://a")|1식|80000004|60000000|800001|400000|320000|80000|1600001|58399999|0.026666683333333333`,
		"운영비|일반용역비(210-14)|추가 용역|1식|0|17000000|4000000|2000000|1600000|400000|8000000|9000000|0.47058823529411764",
		"합계||||100000004|100000004|8676545|4338272|3470617|867654|17353088|82646916|0.17353087305876508")
	same(t, table(t, f, "집행내역"), 1, "2022년 어울림 사업 집행내역", facts, demo+strings.Repeat("|", 20)+"(단위: 원)", headList, headList2,
		"1|44680|인건비|110-03|기타직보수|4월 인건비|나담당||7753087|0|7753087|3876544|1938272|1550617|387654|계좌이체|기타||검토완료|0",
		"2|44684|운영비|210-01|일반수용비|=1+1|+cmd|' /C calc'!A0|124-81-00998|1000000|100000|1100000|550000|275000|220000|55000|계좌이체|전자세금계산서|@SUM(A1)|불인정|1100000|-2+3",
		"3|44691|운영비|210-01|일반수용비|현수막|가상상회|124-81-00998|500001|50000|550001|275001|137500|110000|27500|전용카드|카드|승인 1|정정됨|0",
		"4|44691|운영비|210-01|일반수용비|현수막|가상상회|124-81-00998|-500001|-50000|-550001|-275001|-137500|-110000|-27500|전용카드|카드|승인 1|정정|0",
		"5|44692|운영비|210-01|일반수용비|현수막|가상상회|124-81-00998|454547|45454|500001|250001|125000|100000|25000|전용카드|전자계산서||검토완료|0",
		"6|44926|운영비|210-14|일반용역비|정산 검증|가상회계||7272728|727272|8000000|4000000|2000000|1600000|400000|계좌이체|전자세금계산서||미검토|0",
		"합계||||||||16480362|872726|17353088|8676545|4338272|3470617|867654|||||1100000")
	recalculates(t, f, raw)
}

// TestWorkbookOfACall: all projects of the call, two leading columns on sheets 2 to
// 4, sums over projects that are settled, running and untouched.
func TestWorkbookOfACall(t *testing.T) {
	w := newWorld(t)
	f, raw, name := w.open(t, w.Manager, report.Which{Call: "2022-009"})
	if name != "정산보고서_2022년_어울림 공모.xlsx" {
		t.Errorf("the file is called %s", name)
	}
	facts := "사업명: 어울림 사업 / 기관명: 3개 지방자치단체 / 사업기간: 2022. 3. 1. ~ 2022. 12. 31. / 회계연도: 2022년"
	summary := table(t, f, "총괄표")
	same(t, summary, 2, facts)
	same(t, summary, 4, headSummary, headSummary2)
	for i, start := range []string{"1|가람도 나루군|나루 <상생>", "2|가람도 다솜시|다솜 일자리|", "3|마루도 바람군|바람 축제|", "합계||||"} {
		if !strings.HasPrefix(summary[5+i], start) {
			t.Errorf("row %d is %s", 6+i, summary[5+i])
		}
	}
	for i, end := range []string{"|확정", "|0|0|0|0|정산 전", "|0|0|0|0|정산 전", "|77683815|40886803|20443229|16353783"} {
		if !strings.HasSuffix(summary[5+i], end) {
			t.Errorf("row %d ends %s", 6+i, summary[5+i])
		}
	}
	same(t, summary, 16, "정산을 시작하지 않은 사업이 2개 있어 반납액은 검산하지 않았습니다.")
	for row, head := range map[string][]string{"재원별 정산": {headSources}, "비목별 집행": {headLines, headLines2}, "집행내역": {headList, headList2}} {
		for i, h := range head {
			same(t, table(t, f, row), 4+i, "지자체명|사업명|"+h)
		}
	}
	var all, spent won4
	for _, p := range w.projects {
		all = all.add(p.granted)
		for _, s := range p.spendings {
			if s.state != "reversed" && s.state != "correction" {
				spent = spent.add(s.won4)
			}
		}
	}
	list := table(t, f, "집행내역")
	same(t, list, 13, fmt.Sprintf("합계||||||||||25571272|1781816|%d|%d|%d|%d|%d|||||1100000", spent.sum(), spent[0], spent[1], spent[2], spent[3]))
	sources := table(t, f, "재원별 정산")
	if want := fmt.Sprintf("||합계|%d|%d|%d|%d|1100000|", all.sum(), all.sum(), all.sum(), spent.sum()); !strings.HasPrefix(sources[19], want) {
		t.Errorf("sources sum to %s, want %s…", sources[19], want)
	}
	same(t, sources, 14, "가람도 다솜시|다솜 일자리|계|60000000|60000000|60000000|10000000|0|10000000|0.16666666666666666|50000000|0|0|0|0|0|0")
	recalculates(t, f, raw)
}

// TestWorkbookTellsADisagreement: a counter that is not what its postings say shows
// under 총괄표; the rest of the workbook is written all the same.
func TestWorkbookTellsADisagreement(t *testing.T) {
	w := newWorld(t)
	w.Broken = true
	if _, err := w.Owner.Exec(`update accounts set spent_national = spent_national + 1 where id = $1`, w.projects[1].lines[0].account); err != nil {
		t.Fatal(err)
	}
	f, raw, _ := w.open(t, w.Officer2, report.Which{Award: "G-2022-00002"})
	summary := table(t, f, "총괄표")
	same(t, summary, 10,
		"검산|불일치|10000001|10000000|비목별 집행의 집행액 = 집행내역의 합계",
		"검산|일치|10000000|10000000|집행내역의 합계 = 재원별 정산의 집행액")
	recalculates(t, f, raw)
}

// TestScopeOfACall: an officer's workbook of a call holds their own government's
// rows alone, a 시·도's those of its districts.
func TestScopeOfACall(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		who  authz.Actor
		want string
	}{
		{w.Officer2, "가람도 다솜시"}, {w.OfficerOther, "마루도 바람군"}, {w.Province, "가람도 나루군 가람도 다솜시"},
		{w.Auditor, "가람도 나루군 가람도 다솜시 마루도 바람군"}, {authz.System("시험"), "가람도 나루군 가람도 다솜시 마루도 바람군"},
	} {
		f, _, _ := w.open(t, c.who, report.Which{Call: fmt.Sprint(w.call)})
		var who []string
		for _, row := range table(t, f, "총괄표")[5:] {
			if cells := strings.Split(row, "|"); cells[0] != "합계" {
				who = append(who, cells[1])
				continue
			}
			break
		}
		if got := strings.Join(who, " "); got != c.want {
			t.Errorf("%s sees %s, want %s", c.who.Name, got, c.want)
		}
		for _, row := range table(t, f, "집행내역")[5:] {
			if first, _, _ := strings.Cut(row, "|"); first != "합계" && !strings.Contains(c.want, first) {
				t.Errorf("%s sees an expenditure of %s", c.who.Name, first)
			}
		}
	}
}

// TestOthersSeeNothing: a workbook holds what its reader may read, and a workbook
// without a row does not exist.
func TestOthersSeeNothing(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		who   authz.Actor
		which report.Which
	}{
		{w.OfficerOther, report.Which{Award: "G-2022-00001"}},
		{w.OfficerOther, report.Which{Award: fmt.Sprint(w.projects[0].id)}},
		{w.ProvinceOther, report.Which{Award: "G-2022-00001"}},
		{w.Manager, report.Which{Award: "G-2022-99999"}},
		{w.Manager, report.Which{Call: "2022-999"}},
	} {
		if _, err := w.Settlement(t.Context(), c.who, c.which); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s asked for %+v: %v, want NotFound", c.who.Name, c.which, err)
		}
	}
	for _, which := range []report.Which{{}, {Call: "2022-009", Award: "G-2022-00001"}} {
		if _, err := w.Settlement(t.Context(), w.Manager, which); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v, want Invalid", which, err)
		}
	}
	for _, who := range []authz.Actor{w.Nobody, w.Reviewers[0], authz.Anonymous()} {
		if _, err := w.Settlement(t.Context(), who, report.Which{Call: "2022-009"}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s: %v, want Forbidden", who.Name, err)
		}
	}
}
