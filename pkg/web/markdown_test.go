package web

import (
	"html/template"
	"strings"
	"testing"
)

func TestMarkdown(t *testing.T) {
	render := markdown()
	for source, want := range map[string]string{
		"":                                             "",
		"한 줄\n두 줄":                                     "<p>한 줄<br>\n두 줄</p>",
		"**굵게** *기울여* `코드`":                            "<p><strong>굵게</strong> <em>기울여</em> <code>코드</code></p>",
		"**30%**까지 *‘안내’*를":                            "<p><strong>30%</strong>까지 <em>‘안내’</em>를</p>",
		"2 * 3 * 4, snake_case_name":                   "<p>2 * 3 * 4, snake_case_name</p>",
		"- 가\n- 나":                                     "<ul>\n<li>가</li>\n<li>나</li>\n</ul>",
		"1. 가\n2. 나":                                   "<ol>\n<li>가</li>\n<li>나</li>\n</ol>",
		"# 제목\n글":                                      "<p><strong>제목</strong></p>\n<p>글</p>",
		"[법령](https://law.go.kr/x)":                    `<p><a href="https://law.go.kr/x" rel="noopener noreferrer">법령</a></p>`,
		"[공모](/calls/1?a=1&b=2)":                       `<p><a href="/calls/1?a=1&amp;b=2" rel="noopener noreferrer">공모</a></p>`,
		"<https://law.go.kr>":                          `<p><a href="https://law.go.kr" rel="noopener noreferrer">https://law.go.kr</a></p>`,
		"[가](javascript:alert(1))":                     "<p>가</p>",
		"[가](JaVaScRiPt:alert(1))":                     "<p>가</p>",
		"[가](data:text/html,x)":                        "<p>가</p>",
		"[가](vbscript:x)":                              "<p>가</p>",
		"[가](//evil.example/x)":                        "<p>가</p>",
		"[가](https:evil)":                              "<p>가</p>",
		"[가](&#106;avascript:x)":                       "<p>가</p>",
		"<a@b.kr>":                                     "<p>a@b.kr</p>",
		"<mailto:a@b.kr>":                              "<p>mailto:a@b.kr</p>",
		"<javascript:alert(1)>":                        "<p>javascript:alert(1)</p>",
		"![그림](https://x.kr/a.png)":                    "<p>그림</p>",
		"[![그림](https://x.kr/a.png)](javascript:x)":    "<p>그림</p>",
		"<script>alert(1)</script>":                    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
		"가 <b onclick=x>나</b>":                         "<p>가 &lt;b onclick=x&gt;나&lt;/b&gt;</p>",
		"<!-- 주석 -->":                                  "<p>&lt;!-- 주석 --&gt;</p>",
		`[가](https://x.kr "제목&quot; onclick=&quot;x")`: `<p><a href="https://x.kr" title="제목&quot; onclick=&quot;x" rel="noopener noreferrer">가</a></p>`,
		"[가][1]\n\n[1]: javascript:x":                  "<p>가</p>",
		"```html\n<b>\n```":                            "<pre><code class=\"language-html\">&lt;b&gt;\n</code></pre>",
	} {
		got, err := render(source)
		if err != nil || strings.TrimSpace(string(got)) != want {
			t.Errorf("%q\n got %s (%v)\nwant %s", source, got, err, want)
		}
	}
}

// FuzzMarkdown: whatever is typed, no element and no address gets through that the
// list above does not name.
func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{"<img src=x onerror=y>", "[a](javascript:b)", "<a href='javascript:x'>", "![](data:x)", "# <b>", "`<i>`", "[a]: <javascript:b>\n\n[a]"} {
		f.Add(seed)
	}
	render := markdown()
	f.Fuzz(func(t *testing.T, source string) {
		out, err := render(source)
		if err != nil {
			t.Fatal(err)
		}
		if bad := forbidden(out); bad != "" {
			t.Errorf("%q became %s: %s", source, out, bad)
		}
	})
}

// forbidden names the first tag or address that should not be there.
func forbidden(out template.HTML) string {
	for rest := string(out); ; {
		_, after, ok := strings.Cut(rest, "<")
		if !ok {
			return ""
		}
		tag, more, closed := strings.Cut(after, ">")
		if !closed {
			return "an open tag " + after
		}
		name, attributes, _ := strings.Cut(strings.TrimPrefix(tag, "/"), " ")
		switch name {
		case "p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "hr":
			if a := strings.TrimSpace(attributes); a != "" && !strings.HasPrefix(a, "start=") && !strings.HasPrefix(a, "class=\"language-") {
				return tag
			}
		case "a":
			if _, href, is := strings.Cut(attributes, `href="`); is && !leadsSomewhere(strings.ReplaceAll(href[:strings.IndexByte(href, '"')], "&amp;", "&")) {
				return tag
			}
		default:
			return tag
		}
		rest = more
	}
}
